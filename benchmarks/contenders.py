"""Who does a piece of work: this package, or a peer; each a command of its own, timed from outside."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.agreement import Accuracies
from benchmarks.work import Work


@dataclass(frozen=True)
class Run:
    """What a command came to: cells trained, wall seconds, accuracies."""

    cells: int
    seconds: float
    accuracies: Accuracies


@dataclass(frozen=True)
class Contender:
    """A way to do the work.

    Attributes
    ----------
    run
        Trains a sample of cells, that many, and is timed; from two sample sizes the whole follows.
    sizes
        The sample sizes: one where all cells are trained, or where each is a process by itself.
    """

    name: str
    run: Callable[[int], Run]
    sizes: Sequence[int]

    def whole(self, runs: Sequence[Run], cells: int) -> float:
        """Give the seconds of all cells: measured where all were trained, else from the time that one more takes."""
        few, many = runs[0], runs[-1]
        if many.cells == cells:
            return many.seconds
        if len(runs) == 1:
            return many.seconds * cells / many.cells
        each = (many.seconds - few.seconds) / (many.cells - few.cells)
        return many.seconds + each * (cells - many.cells)


def timed(words: Sequence[str], threads: int | None = None) -> tuple[float, str]:
    """Run a command; gives its wall seconds and what it printed."""
    environment = os.environ | ({"OMP_NUM_THREADS": str(threads)} if threads else {})
    started = time.perf_counter()
    done = subprocess.run([sys.executable, *words], env=environment, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - started
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)}\n{done.stdout}\n{done.stderr}")
    return seconds, done.stdout


def ours(work: Work, folder: Path) -> Contender:
    """Run the sweep from nothing, planning, table, figures and report included."""

    def run(cells: int) -> Run:
        shutil.rmtree(folder / "results", ignore_errors=True)
        command = ["-c", "from gls_sweep.cli.sweep import main; main()", "-m", *work.overrides(), "sweep=bench"]
        seconds, _ = timed([*command, f"results={folder / 'results'}"])
        return Run(cells, seconds, recorded(folder / "results" / "bench"))

    return Contender("gls-sweep", run, [work.cells])


def recorded(folder: Path) -> Accuracies:
    """Read our accuracies after the last epoch; a diverged cell never came to it."""
    from gls_sweep.results import load_table

    table = load_table(folder)
    finished = table[table["status"] == "finished"]
    names = ["noise.rate", "loss.smooth_rate", "seed", "last.test_accuracy"]
    rows = finished[names].itertuples(index=False, name=None)
    return {(noise, rate, int(seed)): accuracy for noise, rate, seed, accuracy in rows}


def lengths(work: Work) -> list[str]:
    """Give a peer's options on the length of training."""
    return ["--warmup-epochs", str(work.warmup_epochs), "--main-epochs", str(work.main_epochs)]


def sample(work: Work, count: int) -> list[float]:
    """Give that many smooth rates, the moderate first: cells that diverge early would be cheaper."""
    return sorted(work.smooth_rates, key=abs)[:count]


def sample_labels(work: Work) -> tuple[float, int]:
    """Give the noise rate and seed of a sample: noisy, and far from chance, where accuracies would tell nothing."""
    return work.noise_rates[:2][-1], work.seeds[0]


def script(work: Work, file: Path) -> Contender:
    """Give (a): one process a cell."""
    noise, seed = sample_labels(work)

    def run(count: int) -> Run:
        total, lines = 0.0, []
        for rate in sample(work, count):
            words = [f"--smooth-rate={rate}", f"--noise-rate={noise}", f"--seed={seed}", f"--model={work.model}"]
            seconds, said = timed(["-m", "benchmarks.peers.script", str(file), *words, *lengths(work)])
            total += seconds
            lines.append(said)
        return Run(count, total, parsed("".join(lines)))

    return Contender("(a) script, one process a cell", run, [1])


def hydra_app(work: Work, file: Path, processes: int = 1) -> Contender:
    """Give (b): the loop under Hydra, basic launcher, or joblib with a thread for each process."""
    noise, seed = sample_labels(work)
    launcher = ["hydra/launcher=joblib", f"hydra.launcher.n_jobs={processes}", "threads=1"] if processes > 1 else []

    def run(count: int) -> Run:
        out = file.with_suffix(".jsonl")
        out.unlink(missing_ok=True)
        rates = ",".join(f"{rate:g}" for rate in sample(work, count))
        words = [f"file={file}", f"out={out}", f"hydra.sweep.dir={file.parent / 'multirun'}", f"cell.seed={seed}"]
        words += [f"cell.noise_rate={noise:g}", f"cell.smooth_rate={rates}", f"cell.model={work.model}"]
        words += [f"cell.warmup_epochs={work.warmup_epochs}", f"cell.main_epochs={work.main_epochs}"]
        command = ["-m", "benchmarks.peers.hydra_app", "-m", *launcher, *words]
        seconds, _ = timed(command, threads=1 if processes > 1 else None)
        return Run(count, seconds, parsed(out.read_text(encoding="utf-8")))

    name = f"(b) Hydra, joblib on {processes}" if processes > 1 else "(b) Hydra, basic launcher"
    return Contender(name, run, [2, 4] if processes > 1 else [1, 3])


def lightning_app(work: Work, file: Path) -> Contender:
    """Give (c): Lightning, all cells in one process."""
    noise, seed = sample_labels(work)

    def run(count: int) -> Run:
        rates = [f"{rate:g}" for rate in sample(work, count)]
        words = ["--noise-rates", f"{noise:g}", "--smooth-rates", *rates, "--seeds", str(seed), "--model", work.model]
        seconds, said = timed(["-m", "benchmarks.peers.lightning_app", str(file), *words, *lengths(work)])
        return Run(count, seconds, parsed(said))

    return Contender("(c) Lightning", run, [1, 2])


def vmapped(work: Work, file: Path, share_warmups: bool = False) -> Contender:
    """Give (d): all cells by vmap in one process."""

    def run(count: int) -> Run:
        lists = [("--noise-rates", work.noise_rates), ("--smooth-rates", work.smooth_rates), ("--seeds", work.seeds)]
        words = [word for name, values in lists for word in (name, *(f"{value:g}" for value in values))]
        command = ["-m", "benchmarks.peers.vmapped", str(file), *words, "--model", work.model, *lengths(work)]
        seconds, said = timed([*command, *(["--share-warmups"] if share_warmups else [])])
        return Run(count, seconds, parsed(said))

    name = "(d) torch.func vmap"
    return Contender(f"{name}, warm-ups shared" if share_warmups else name, run, [work.cells])


def parsed(text: str) -> Accuracies:
    """Read a peer's lines, one a cell."""
    rows = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    return {(row["noise_rate"], row["smooth_rate"], row["seed"]): row["test"] for row in rows}
