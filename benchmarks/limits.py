"""Measure what a sweep costs beyond its arithmetic: python -m benchmarks.limits [--out FILE].

Scaling with the number of cells, overhead over forward, backward and optimiser, share of the machine's rate for the
same products, planning and reporting of 1,000 cells, start-up, input pipeline, peak memory.
"""

from __future__ import annotations

import argparse
import functools
import json
import statistics
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

from benchmarks import contenders
from benchmarks.arithmetic import Arithmetic, count
from benchmarks.machine import describe_machine
from benchmarks.memory import peak_memory
from benchmarks.work import Work

GLS_SWEEP = ["-c", "from gls_sweep.cli.sweep import main; main()"]
DEFAULT = Work("digits, MLP")
LONG = Work("digits, MLP", warmup_epochs=120, main_epochs=100)
FEW = Work("digits, MLP, 14 cells", noise_rates=(0.4,), seeds=(0,))
PROCESSES = 2  # of a sweep on the two cores that these measurements are made for


def main() -> None:
    """Measure everything and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--out", type=Path, help="append the table to this file")
    words = parser.parse_args()
    lines = [f"## Limits: {date.today()}, {describe_machine()}\n", "| what | measured |", "|---|---|"]
    for measure in (scaling, share_of_arithmetic, thousand_cells, start_up, input_pipeline, memory):
        found = [f"| {name} | {value} |" for name, value in measure(words.repeats).items()]
        print("\n".join(found), flush=True)
        lines += found
    if words.out:
        with words.out.open("a", encoding="utf-8") as file:
            file.write("\n" + "\n".join(lines) + "\n")


def median(repeats: int, run: Callable[[], float]) -> float:
    """Give the median of several runs."""
    return statistics.median(run() for _ in range(repeats))


@functools.cache
def sweep_seconds(work: Work, repeats: int) -> float:
    """Run a sweep from nothing; gives the median of its wall seconds."""
    with tempfile.TemporaryDirectory() as folder:
        return median(repeats, lambda: contenders.ours(work, Path(folder)).run(work.cells).seconds)


def scaling(repeats: int) -> dict[str, str]:
    """Compare 280 cells with 14."""
    many, few = sweep_seconds(DEFAULT, repeats), sweep_seconds(FEW, repeats)
    return {"280 cells over 14 cells": over(many, few)}


def share_of_arithmetic(repeats: int) -> dict[str, str]:
    """Compare a sweep's wall time with that of its arithmetic in two processes, and with what the machine can do."""
    rate = product_rate(count(DEFAULT.overrides()))  # both sweeps are of the same packs
    return shares(DEFAULT, rate, repeats) | shares(LONG, rate, 1)  # once: it takes a minute


def shares(work: Work, rate: float, repeats: int) -> dict[str, str]:
    """Compare one sweep, on a machine that does products at this rate."""
    flops = count(work.overrides()).flops
    wall = sweep_seconds(work, repeats)
    parts = engine_times(work, repeats)
    training = parts["forward and backward"] + parts["optimiser"]
    passes = training + parts["forward of evaluations"]
    return {
        f"{work}: wall over forward, backward, optimiser": over(wall, training),
        f"{work}: wall over these and the forward passes of evaluations": over(wall, passes),
        f"{work}: seconds of the slower process": ", ".join(f"{name} {parts[name]:.1f}" for name in parts),
        f"{work}: model FLOP/s over the rate of the same products": f"{flops / parts['all'] / rate:.0%} of "
        f"the training loop, {flops / wall / rate:.0%} of the whole sweep ({rate / 1e9:.0f} GFLOP/s)",
    }


def over(seconds: float, others: float) -> str:
    """Write a ratio of times."""
    return f"{seconds:.1f} s / {others:.1f} s = {seconds / others:.2f}"


def engine_times(work: Work, repeats: int) -> dict[str, float]:
    """Train the packs of a sweep in two processes; gives the parts of the slower one, of the run that is the median."""
    words = ["-m", "benchmarks.engine_time"]
    commands = [[*words, str(part), str(PROCESSES), *work.overrides()] for part in range(PROCESSES)]
    runs = [max(map(json.loads, side_by_side(commands)), key=total) for _ in range(repeats)]
    middle: dict[str, float] = sorted(runs, key=total)[len(runs) // 2]
    return middle


def total(parts: dict[str, float]) -> float:
    """Give the seconds of all parts."""
    return parts["all"]


def product_rate(arithmetic: Arithmetic) -> float:
    """Measure the rate of the batched products of a step, in two processes of one thread."""
    sizes = [str(arithmetic.replicas), str(arithmetic.batch_size), *(f"{a},{b}" for a, b in arithmetic.layers)]
    return sum(map(float, side_by_side([["-m", "benchmarks.product_rate", *sizes]] * PROCESSES)))


def side_by_side(commands: Sequence[Sequence[str]]) -> list[str]:
    """Run commands at the same time; gives what each printed."""
    with ThreadPoolExecutor() as threads:
        return [said for _, said in threads.map(contenders.timed, commands)]


def thousand_cells(_: int) -> dict[str, str]:
    """Plan, find done and report on 1,008 recorded cells."""
    with tempfile.TemporaryDirectory() as folder:
        contenders.timed(["-m", "benchmarks.make_records", "1008", f"{folder}/made"])
        words = ["-m", "seed=range(0,18)", f"results={folder}", "sweep=made"]
        seconds = contenders.timed([*GLS_SWEEP, *words])[0]
    return {"planning, finding done and reporting 1,008 cells": f"{seconds:.1f} s"}


def start_up(repeats: int) -> dict[str, str]:
    """Start the commands."""

    def seconds(module: str) -> float:
        command = ["-c", f"from gls_sweep.cli.{module} import main; main()", "--help"]
        return median(2 * repeats, lambda: contenders.timed(command)[0])

    return {f"gls-{module} --help": f"{seconds(module):.2f} s" for module in ("sweep", "results")}


def input_pipeline(_: int) -> dict[str, str]:
    """Augment 32x32 images in batches, and by torchvision's transforms in two workers."""
    ours, loader = (float(contenders.timed(["-m", "benchmarks.pipeline", kind])[1]) for kind in ("ours", "loader"))
    return {"augmented images/s, ours over a DataLoader": f"{ours:,.0f} / {loader:,.0f} = {ours / loader:.0f}"}


def memory(_: int) -> dict[str, str]:
    """Watch the default sweep."""
    with tempfile.TemporaryDirectory() as folder:
        peak = peak_memory([*GLS_SWEEP, "-m", *DEFAULT.overrides(), f"results={folder}"])
    return {"peak memory of all processes": f"{peak / 2**20:.0f} MiB"}


if __name__ == "__main__":
    main()
