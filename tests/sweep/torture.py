"""Kills a sweep with SIGKILL at random moments, restarts it each time, and compares it with an undisturbed one.

Run it with `make torture`, or `python -m tests.sweep.torture KILLS [words of gls-sweep]`.
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
ODD_LOSS = ["loss=odd", "--config-dir", str(ROOT / "tests/parts/conf")]  # last on a command line; PYTHONPATH is ROOT
COMMAND = str(Path(sys.executable).parent / "gls-sweep")


def start(folder: Path, words: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start a sweep in a process group of its own."""
    command = [COMMAND, "-m", f"results={folder}", "sweep=tortured", *words]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)


def undisturbed(folder: Path, words: Sequence[str]) -> float:
    """Run a sweep to its end, giving the seconds it takes."""
    started = time.monotonic()
    process = start(folder, words)
    _, errors = process.communicate()
    assert process.returncode == 0, errors.decode()
    return time.monotonic() - started


def tortured(folder: Path, words: Sequence[str], kills: int, seconds: float, seed: int = 0) -> None:
    """Kill a sweep at random moments and restart it, `kills` times, then let it end; undisturbed it takes `seconds`."""
    draw, longest, killed = random.Random(seed), max(2.0, seconds / 2), 0
    while killed < kills:
        started, process = time.monotonic(), start(folder, words)
        try:
            process.communicate(timeout=draw.uniform(1, longest))
            longest = min(longest, time.monotonic() - started)  # all is done: what is left to disturb is the report
        except subprocess.TimeoutExpired:
            # Every second time the whole group, workers and all; else its parent alone.
            os.killpg(process.pid, signal.SIGKILL) if killed % 2 else process.kill()
            killed += 1
        process.communicate()
    undisturbed(folder, words)


def facts(folder: Path) -> dict[str, tuple[bytes, object, object]]:
    """Give what must be the same: each cell's history, what its policies picked, and its status."""
    cells = {}
    for cell in (folder / "tortured" / "cells").glob("*/*"):
        record = json.loads((cell / "record.json").read_text())
        cells[cell.name] = (cell / "history.csv").read_bytes(), record["policies"], record["status"]
    return cells


def names(folder: Path) -> set[str]:
    """Give every file of a sweep, by its path in it."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def main() -> None:
    """Torture the sweep that the command line names, the default one without words."""
    kills, words = int(sys.argv[1]), sys.argv[2:]
    with tempfile.TemporaryDirectory() as scratch:
        calm, rough = Path(scratch, "calm"), Path(scratch, "rough")
        seconds = undisturbed(calm, words)
        tortured(rough, words, kills, seconds)
        assert facts(calm) == facts(rough), "the cells differ"
        assert names(calm) == names(rough), f"stray or missing files: {sorted(names(calm) ^ names(rough))[:9]}"
        print(
            f"{len(facts(calm))} cells, {seconds:.0f} s undisturbed, {kills} kills survived: every cell and file equal"
        )


if __name__ == "__main__":
    main()
