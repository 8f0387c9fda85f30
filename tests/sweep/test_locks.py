"""Locks between real processes."""

import multiprocessing
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gls_sweep.sweep.disk.locks import claimed, locked
from gls_sweep.sweep.disk.store import Store

spawn = multiprocessing.get_context("spawn")
NAMES = ["00000000000000a1", "ffffffffffffffff", "5" * 16]


def hold(path: Path, names: list[str], ready, release) -> None:
    with locked(path, names):
        ready.set()
        release.wait()


def tell_claimed(path: Path, names: list[str], answer) -> None:
    with claimed(path, names) as mine:
        answer.put(mine)


@pytest.fixture
def holder(tmp_path):
    """Start a process that holds the first two locks."""
    ready, release = spawn.Event(), spawn.Event()
    process = spawn.Process(target=hold, args=(tmp_path / "lock", NAMES[:2], ready, release))
    process.start()
    assert ready.wait(30)
    yield process, release
    process.kill()
    process.join()


def test_only_what_nobody_holds_is_claimed_and_a_dead_owner_holds_nothing(holder, tmp_path):
    process, _ = holder
    with claimed(tmp_path / "lock", NAMES) as mine:
        assert mine == [NAMES[2]]
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    with claimed(tmp_path / "lock", NAMES) as mine:
        assert sorted(mine) == sorted(NAMES)
        answer = spawn.Queue()
        other = spawn.Process(target=tell_claimed, args=(tmp_path / "lock", NAMES, answer))
        other.start()
        assert answer.get(timeout=30) == []
        other.join()


def test_waiting_for_a_lock_ends_when_it_is_released(holder, tmp_path):
    process, release = holder
    release.set()
    with locked(tmp_path / "lock", NAMES):
        process.join(30)
        assert process.exitcode == 0


def test_it_is_seen_from_another_process_that_a_sweep_is_at_work(tmp_path):
    store, ask = Store(tmp_path), "import sys; from pathlib import Path; from gls_sweep.sweep.disk.store import Store"
    command = [sys.executable, "-c", f"{ask}; print(Store(Path({str(tmp_path)!r})).is_anybody_at_work())"]

    def seen() -> str:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    assert seen() == "False"
    with store.at_work():
        assert seen() == "True"
        assert seen() == "True"  # looking takes nothing away
    assert seen() == "False"
