"""Requeues and preempts the tasks of a SLURM sweep at random moments, and compares it with an undisturbed one.

Run it as `python -m tests.slurm.torture TIMES`.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.sweep.torture import ODD_LOSS, ROOT, facts, start, undisturbed

WORDS = [
    *("loss.smooth_rate=0,-1,-2", "noise.rate=0.4", "seed=0,1,2", "model.hidden=[16]", "launcher.max_pack=3"),
    *("schedule.phases.warmup.epochs=20", "schedule.phases.main.epochs=30", "launcher.checkpoint_seconds=0"),
]


def strike(draw: random.Random) -> bool:
    """Requeue or preempt one of the tasks that run; tells whether it did."""
    command = ["squeue", "-h", "-r", "-t", "R", "-n", "gls-sweep", "-o", "%i"]
    running = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    if not running:
        return False
    blow = draw.choice([["scontrol", "requeue"], ["scancel", "--signal=USR2"]])
    return subprocess.run([*blow, draw.choice(running)], capture_output=True, check=False).returncode == 0


def tortured(folder: Path, times: int, seed: int = 0) -> int:
    """Strike a sweep up to so many times; gives how often it was struck."""
    draw, struck = random.Random(seed), 0
    process = start(folder, [*WORDS, "cluster=slurm", *ODD_LOSS])
    while process.poll() is None:
        time.sleep(draw.uniform(2, 7))
        struck += struck < times and strike(draw)
    assert process.returncode == 0, process.communicate()[1].decode()
    return struck


def main() -> None:
    """Torture a sweep of nine cells in three tasks."""
    os.environ["PYTHONPATH"] = str(ROOT)
    with tempfile.TemporaryDirectory(dir=Path.home()) as scratch:
        calm, rough = Path(scratch, "calm"), Path(scratch, "rough")
        undisturbed(calm, [*WORDS, *ODD_LOSS])
        os.environ["NAP"] = "0.3"
        struck = tortured(rough, int(sys.argv[1]))
        assert facts(calm) == facts(rough), "the cells differ"
        print(f"{len(facts(calm))} cells, {struck} requeues and preemptions survived: every cell equal")


if __name__ == "__main__":
    main()
