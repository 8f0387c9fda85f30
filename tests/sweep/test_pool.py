"""Worker processes that do their work, or die at it."""

import os
import signal
import subprocess
import sys
import time

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


def test_a_worker_at_work_ends_with_the_process_that_has_the_pool(tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT)
    with subprocess.Popen([sys.executable, "script.py"], cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "started\n"
        worker = int(process.stdout.readline())
        process.kill()
    for _ in range(200):
        if not is_alive(worker):
            break
        time.sleep(0.1)
    assert not is_alive(worker)


def is_alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True
