"""How jobs are, by their files, their processes and SLURM's accounting."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gls_sweep.sweep.disk.store import Store
from gls_sweep.sweep.disk.tidy import is_alive
from gls_sweep.sweep.jobs.tasks import Task, read_tasks, remove_files

LOST = 300.0  # seconds after which a job that SLURM's accounting does not know was lost
TWICE = 3.0  # seconds between two looks at a task that seems to have died
ALIVE = ("READY", "PENDING", "RUNNING", "REQUEUED", "REQUEUE_HOLD", "COMPLETING", "SUSPENDED", "RESIZING", "UNKNOWN")


@dataclass(frozen=True)
class State:
    """What is known of a task: the cluster's word for it, and whether it has come to its end."""

    word: str
    ended: bool


ENDED = State("COMPLETED", True)


def states(tasks: Sequence[Task]) -> dict[str, State]:
    """Say how tasks are, by their ids; what cannot be known from this machine looks alive."""
    known = {task.id: ENDED for task in tasks if task.has_result}
    rest = [task for task in tasks if task.id not in known]
    known |= {task.id: local_state(task) for task in rest if task.cluster == "local"}
    return known | slurm_states([task for task in rest if task.cluster == "slurm"])


def died(tasks: Sequence[Task]) -> dict[str, State]:
    """Find tasks that ended without a result; looks twice, since a requeued one may seem dead for a moment."""
    tasks = [task for task in tasks if not task.has_result]
    first = {name for name, state in states(tasks).items() if state.ended}
    if not first:
        return {}
    time.sleep(TWICE)
    again = states([task for task in tasks if task.id in first])
    return {name: state for name, state in again.items() if state.ended}


def under_way(store: Store) -> list[Task]:
    """List the tasks that have not ended; of local jobs those of this machine, for nobody can know of others."""
    tasks = [task for task in read_tasks(store) if not task.has_result]
    tasks = [task for task in tasks if task.cluster == "slurm" or task.host == os.uname().nodename]
    dead = died(tasks)
    return [task for task in tasks if task.id not in dead]


def local_state(task: Task) -> State:
    """Look for the process of a local job; from another machine it looks alive."""
    if task.host != os.uname().nodename or (is_alive(int(task.id)) and is_submitit(int(task.id))):
        return State("RUNNING", False)
    return State("INTERRUPTED", True)


def is_submitit(pid: int) -> bool:
    """Whether a process is one of submitit's, and not one that got its number later."""
    try:
        return b"submitit" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return True  # no /proc here


def slurm_states(tasks: Sequence[Task]) -> dict[str, State]:
    """Ask SLURM's accounting, once for all tasks."""
    said = ask_accounting(sorted({task.job for task in tasks}, key=int)) if tasks else None
    if said is None:
        return {task.id: State("UNKNOWN", False) for task in tasks}
    found = {}
    for task in tasks:
        word = said.get(task.id, {}).get("State") or "UNKNOWN"
        lost = word == "UNKNOWN" and time.time() - task.submitted > LOST
        found[task.id] = State(word, lost or word not in ALIVE)
    return found


def ask_accounting(jobs: Sequence[str]) -> dict[str, dict[str, str]] | None:
    """Run `sacct` and read it as submitit does; None where it gives no answer."""
    from submitit.slurm.slurm import SlurmInfoWatcher

    if not shutil.which("sacct"):
        return None
    command = ["sacct", "-o", "JobID,State,NodeList", "--parsable2", "-j", ",".join(jobs)]
    environment = os.environ | {"SLURM_BITSTR_LEN": "0"}  # else long lists of tasks are cut short
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode or not done.stdout.startswith("JobID"):
        return None
    return SlurmInfoWatcher().read_info(done.stdout)


def why_ended(task: Task, state: State) -> str:
    """Say why a task has left cells undone."""
    try:
        said = task.problem.read_text(encoding="utf-8")
    except OSError:
        said = "it gave up" if task.has_result else f"it ended as {state.word.partition(' by ')[0]}"
    logs = [path for kind in ("err", "out") if (path := Path(task.folder, f"{task.id}_0_log.{kind}")).exists()]
    return f"job {task.id}: {said}" + (f"; its log: {logs[0]}" if logs else "")


def remove_done_jobs(store: Store) -> None:
    """Remove what submitit needs of jobs that have ended and whose every cell has a record; their logs stay."""
    by_job: dict[tuple[str, str], list[Task]] = {}
    for task in read_tasks(store):
        by_job.setdefault((task.folder, task.job), []).append(task)
    for tasks in by_job.values():
        recorded = all(store.record(name).exists() for task in tasks for name in task.cells)
        if recorded and all(state.ended for state in states(tasks).values()):
            remove_files(tasks)
