"""Kills in a small form; `make torture` does it to the default sweep."""

import os
import resource
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.sweep.torture import COMMAND, ODD_LOSS, ROOT, facts, names, start, tortured, undisturbed

WORDS = ["loss.smooth_rate=0,-2", "noise.rate=0.4", "seed=0,1", "launcher.checkpoint_seconds=0", "model.hidden=[16]"]


def test_a_killed_and_restarted_sweep_equals_an_undisturbed_one(tmp_path):
    seconds = undisturbed(tmp_path / "calm", WORDS)
    tortured(tmp_path / "rough", WORDS, 3, seconds, seed=5)
    assert facts(tmp_path / "calm") == facts(tmp_path / "rough")
    assert names(tmp_path / "calm") == names(tmp_path / "rough")


@pytest.mark.parametrize("count", [2, 4])
def test_several_sweeps_at_once_train_each_cell_and_warm_up_once(count, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    words = [*WORDS, "launcher.max_pack=1", "schedule=quick", "loss@schedule.phases.warmup.loss=odd", *ODD_LOSS]
    monkeypatch.setenv("COUNT", str(tmp_path / "steps_shared"))
    together = [start(tmp_path / "shared", words) for _ in range(count)]
    errors = [process.communicate()[1].decode() for process in together]
    assert [process.returncode for process in together] == [0] * count, errors
    monkeypatch.setenv("COUNT", str(tmp_path / "steps_alone"))
    undisturbed(tmp_path / "alone", words)
    assert facts(tmp_path / "shared") == facts(tmp_path / "alone")
    assert names(tmp_path / "shared") == names(tmp_path / "alone")
    # Each process looks at the cells first, which runs the loss once for each of two seeds and two phases.
    steps = [len((tmp_path / name).read_bytes()) for name in ("steps_shared", "steps_alone")]
    assert steps[1] <= steps[0] <= steps[1] + 4 * (count - 1), steps


def test_a_killed_worker_costs_nothing(tmp_path):
    process = start(tmp_path / "rough", [*WORDS, "schedule.phases.warmup.epochs=400"])
    workers: list[psutil.Process] = []
    while not list(tmp_path.glob("rough/tortured/running/*.pt")) and process.poll() is None:
        servers = psutil.Process(process.pid).children()  # workers are forked from one of them
        workers = [child for server in servers for child in server.children()]
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


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[str], None]]:
    """A disk of its own at `disk`; gives a function that mounts it again with other options."""
    (tmp_path / "disk").mkdir()

    def mount(options: str) -> None:
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(tmp_path / "disk")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"cannot mount a disk here: {done.stderr.strip()}")

    mount("size=6m")
    yield lambda options: mount(f"remount,{options}")
    subprocess.run(["umount", str(tmp_path / "disk")], check=True)


def test_a_disk_that_is_full_or_read_only_costs_nothing_that_is_recorded(small_disk, tmp_path):
    words = [
        *WORDS,
        "schedule=quick",
        "model.hidden=[512,512]",
        "launcher.checkpoint_seconds=999",
        f"results={tmp_path}/disk/results",
    ]
    check = [str(Path(COMMAND).with_name("gls-results")), "check", str(tmp_path / "disk/results/digits")]

    def sweep() -> subprocess.CompletedProcess[str]:
        done = subprocess.run([COMMAND, "-m", *words], capture_output=True, text=True, check=False)
        assert "Traceback" not in done.stderr
        return done

    full = sweep()
    assert full.returncode == 1 and "No space left on device; what is recorded stays" in full.stderr, full.stderr
    assert len(list(tmp_path.glob("disk/results/digits/cells/*/*/record.json"))) in (1, 2, 3)
    subprocess.run(check, check=True)
    small_disk("size=60m")
    assert sweep().returncode == 0
    assert "4 cells checked, 0 files damaged" in subprocess.run(check, capture_output=True, text=True).stdout
    small_disk("ro")
    read_only = sweep()
    assert read_only.returncode == 1 and "cannot be written to" in read_only.stderr
