"""Worker processes that do their work, or die at it."""

import ast
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from gls_sweep.sweep.work.pool import Pool


def start(argument: str) -> None:
    os.environ["POOL_TEST"] = argument


def work(task: int) -> str:
    if task == 3:
        os._exit(7)
    if task == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    return f"{os.environ['POOL_TEST']}{task}"


def test_a_dead_worker_costs_its_own_task_only():
    with Pool(2, start, "did ") as pool:
        done = {item.task: item for item in pool.run(work, range(9), 0.5) if item is not None}
        again = [item for item in pool.run(work, [10], 0.5) if item is not None]
    assert sorted(done) == list(range(9))
    assert done[3].death == "its process ended with status 7"
    assert done[5].death is not None and "SIGKILL" in done[5].death and "memory" in done[5].death
    assert all(item.result == f"did {task}" for task, item in done.items() if task not in (3, 5))
    assert [item.result for item in again] == ["did 10"]


SCRIPT = """
import os, time
from gls_sweep.sweep.work.pool import Pool

def work(task):
    print(os.getpid(), flush=True)
    time.sleep(600)

if __name__ == "__main__":
    with Pool(1, print, "started") as pool:
        list(pool.run(work, [0], 0.1))
"""


@pytest.fixture
def at_work(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], psutil.Process]]:
    """A process with a pool, and its worker, which is at a task."""
    (tmp_path / "script.py").write_text(SCRIPT)
    with subprocess.Popen([sys.executable, "script.py"], cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "started\n"
        yield process, psutil.Process(int(process.stdout.readline()))
        process.kill()


def test_a_worker_at_work_ends_with_the_process_that_has_the_pool(at_work) -> None:
    process, worker = at_work
    process.kill()
    for _ in range(200):
        if not is_alive(worker):
            break
        time.sleep(0.1)
    assert not is_alive(worker)


def test_signals_of_a_cluster_reach_neither_a_worker_nor_what_it_is_forked_from(at_work) -> None:
    process, worker = at_work
    server = worker.parent()
    assert server is not None and server.pid != process.pid
    for number in (signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2):
        for one in (worker, server):
            one.send_signal(number)
    time.sleep(1)
    assert is_alive(worker) and is_alive(server)


def is_alive(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


THREADS = """
import threadpoolctl
from gls_sweep.sweep.work.pool import Pool
from gls_sweep.sweep.work.process import prepare_process

def threads(_):
    return [(library["prefix"], library["num_threads"]) for library in threadpoolctl.threadpool_info()]

if __name__ == "__main__":
    with Pool(1, prepare_process, 1) as pool:
        print(*[item.result for item in pool.run(threads, [0], 0.5) if item is not None])
"""


def test_all_libraries_of_a_worker_have_the_threads_that_it_was_given(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(THREADS)
    environment = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}
    command = [sys.executable, "script.py"]
    told = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True).stdout
    found = ast.literal_eval(told)
    assert "libopenblas" in {name for name, _ in found} or "libscipy_openblas" in {name for name, _ in found}, found
    assert {threads for _, threads in found} == {1}
