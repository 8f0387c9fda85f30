"""Measure what a sweep costs beyond its arithmetic: python -m benchmarks.limits [--out FILE].

Scaling with the number of cells, overhead over forward, backward and optimiser, share of the machine's rate for the
same products, planning and reporting of 1,000 cells, start-up, input pipeline, peak memory.
"""

from __future__ import annotations

import argparse
import functools
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from benchmarks import contenders
from benchmarks.machine import describe_machine
from benchmarks.memory import peak_memory
from benchmarks.work import Work

GLS_SWEEP = ["-c", "from gls_sweep.cli.sweep import main; main()"]
DEFAULT = Work("digits, MLP")
LONG = Work("digits, MLP", warmup_epochs=120, main_epochs=100)
FEW = Work("digits, MLP, 14 cells", noise_rates=(0.4,), seeds=(0,))
LAYERS = ((64, 64), (64, 64), (64, 10))
TRAIN, VAL, TEST = 1078, 359, 360


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
    return {"280 cells over 14 cells": f"{many:.1f} s / {few:.1f} s = {many / few:.1f}"}


def share_of_arithmetic(repeats: int) -> dict[str, str]:
    """Compare a sweep's wall time with that of forward, backward and optimiser in two processes, and with a limit."""
    rate = product_rate()
    return shares(DEFAULT, rate, repeats) | shares(LONG, rate, 1)


def shares(work: Work, rate: float, repeats: int) -> dict[str, str]:
    """Compare one sweep, on a machine that does products at this rate."""
    wall = sweep_seconds(work, repeats)
    parts = min((engine_times(work) for _ in range(repeats)), key=lambda times: times["all"])
    flops, arithmetic = training_flops(work), parts["arithmetic"]
    return {
        f"{work}: wall over forward, backward, optimiser": f"{wall:.1f} s / {arithmetic:.1f} s "
        f"= {wall / arithmetic:.2f}",
        f"{work}: seconds of the slower process": ", ".join(f"{name} {parts[name]:.1f}" for name in parts),
        f"{work}: model FLOP/s over the rate of the same products": f"{flops / parts['all'] / rate:.0%} of the "
        f"training loop, {flops / wall / rate:.0%} of the whole sweep ({rate / 1e9:.0f} GFLOP/s)",
    }


def engine_times(work: Work) -> dict[str, float]:
    """Train the packs of a sweep in two processes; gives the parts of the slower one."""
    command = [sys.executable, "-m", "benchmarks.engine_time"]
    processes = [
        subprocess.Popen([*command, str(part), "2", *work.overrides()], stdout=subprocess.PIPE, text=True)
        for part in range(2)
    ]
    found: list[dict[str, float]] = [json.loads(process.communicate()[0]) for process in processes]
    slower = max(found, key=lambda times: times["all"])
    names = ("forward and backward", "optimiser", "forward of evaluations")
    return slower | {"arithmetic": sum(slower[name] for name in names)}


def training_flops(work: Work) -> float:
    """Count what the products of a sweep take: 2 a weight and sample forwards, 4 backwards but for the first layer."""
    weights = sum(a * b for a, b in LAYERS)
    first = LAYERS[0][0] * LAYERS[0][1]
    a_step = TRAIN * (6 * weights - 2 * first)
    an_evaluation = (TRAIN + VAL + TEST) * 2 * weights
    warmups = len(work.noise_rates) * len(work.seeds)
    epochs = warmups * work.warmup_epochs + work.cells * work.main_epochs
    return float(epochs * (a_step + an_evaluation))


RATE = """
import time, torch
torch.set_num_threads(1)
shapes = ((64, 64), (64, 64), (64, 10))
layers = [(torch.randn(28, 128, a), torch.randn(28, b, a), torch.randn(28, 128, b)) for a, b in shapes]
def step():
    for x, w, g in layers:
        torch.bmm(x, w.transpose(1, 2)); torch.bmm(g, w); torch.bmm(g.transpose(1, 2), x)
for _ in range(20): step()
started, count = time.perf_counter(), 0
while time.perf_counter() - started < 2: step(); count += 1
print(count * sum(6 * x.numel() * w.shape[1] for x, w, _ in layers) / (time.perf_counter() - started))
"""


def product_rate() -> float:
    """Measure the rate of the batched products of a step, forwards and backwards, in two processes of one thread."""
    processes = [subprocess.Popen([sys.executable, "-c", RATE], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    return sum(float(process.communicate()[0]) for process in processes)


def thousand_cells(_: int) -> dict[str, str]:
    """Plan, find done and report on 1,008 recorded cells."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "benchmarks.make_records", "1008", f"{folder}/made"], check=True, capture_output=True
        )
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
