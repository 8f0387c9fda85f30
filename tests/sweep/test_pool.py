"""Worker processes that do their work, or die at it."""

import os
import signal

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
