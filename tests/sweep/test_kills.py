"""Kills in a small form; `make torture` does it to the default sweep."""

import os
import resource
import signal
import subprocess
import time

import psutil

from tests.sweep.torture import COMMAND, facts, names, start, tortured, undisturbed

WORDS = ["loss.smooth_rate=0,-2", "noise.rate=0.4", "seed=0,1", "launcher.checkpoint_seconds=0", "model.hidden=[16]"]


def test_a_killed_and_restarted_sweep_equals_an_undisturbed_one(tmp_path):
    seconds = undisturbed(tmp_path / "calm", WORDS)
    assert tortured(tmp_path / "rough", WORDS, 2, seconds, seed=5) >= 1
    assert facts(tmp_path / "calm") == facts(tmp_path / "rough")
    assert names(tmp_path / "calm") == names(tmp_path / "rough")


def test_two_sweeps_at_once_train_each_cell_once(tmp_path):
    both = [start(tmp_path / "shared", WORDS) for _ in range(2)]
    errors = [process.communicate()[1].decode() for process in both]
    assert [process.returncode for process in both] == [0, 0], errors
    undisturbed(tmp_path / "alone", WORDS)
    assert facts(tmp_path / "shared") == facts(tmp_path / "alone")
    assert names(tmp_path / "shared") == names(tmp_path / "alone")


def test_a_killed_worker_costs_nothing(tmp_path):
    process = start(tmp_path / "rough", [*WORDS, "schedule.phases.warmup.epochs=400"])
    workers: list[psutil.Process] = []
    while not list(tmp_path.glob("rough/tortured/running/*.pt")) and process.poll() is None:
        workers = [child for child in psutil.Process(process.pid).children() if child.memory_info().rss > 3e8]
        time.sleep(0.05)
    os.kill(workers[0].pid, signal.SIGKILL)
    errors = process.communicate()[1].decode()
    assert process.returncode == 0, errors
    assert "tried again in halves: its process was killed by SIGKILL" in errors
    assert len(facts(tmp_path / "rough")) == 4


def test_a_full_disk_is_told_and_the_rerun_completes(tmp_path):
    words = [*WORDS, f"results={tmp_path}/full", "sweep=tortured"]

    def fill_disk() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))  # a write beyond that fails, as on a full disk

    done = subprocess.run([COMMAND, "-m", *words], capture_output=True, text=True, preexec_fn=fill_disk, check=False)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "File too large" in done.stderr and "goes on" in done.stderr
    undisturbed(tmp_path / "full", WORDS)
    assert len(facts(tmp_path / "full")) == 4
    assert not [path for path in (tmp_path / "full").rglob("*.tmp")]
