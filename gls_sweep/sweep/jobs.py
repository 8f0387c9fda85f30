"""The jobs that a sweep has submitted: which cells each task trains, kept on disk, and what became of them."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from gls_sweep.files import write_json
from gls_sweep.sweep.store import Store
from gls_sweep.sweep.tidy import is_alive

GONE = 300.0  # seconds after which a job that SLURM does not know was lost


@dataclass(frozen=True)
class Task:
    """One task of a job: one pack.

    Attributes
    ----------
    id : str
        SLURM's `job_task`; of a local job the process.
    cluster : str
        `slurm`, or `local` for processes of one machine.
    host : str
        The machine that it was submitted from.
    submitted : float
        Seconds since 1970.
    cells : list of str
        Signatures of the pack's cells.
    """

    id: str
    cluster: str
    host: str
    submitted: float
    cells: list[str]

    @property
    def job(self) -> str:
        """What cancels it with the others of its job."""
        return self.id.partition("_")[0]


@dataclass(frozen=True)
class State:
    """What is known of a task: the cluster's word for it, and whether it has come to its end."""

    word: str
    ended: bool


def jobs_folder(store: Store) -> Path:
    """Give the folder of a sweep's jobs: who trains what, submitit's files, the tasks' logs."""
    return store.folder / "jobs"


def note_tasks(store: Store, cluster: str, packs: Sequence[tuple[str, list[str]]]) -> list[Task]:
    """Write down, in a file for each job, which cells its tasks train; `packs` has task ids and signatures."""
    host, now = os.uname().nodename, time.time()
    tasks = [Task(name, cluster, host, now, cells) for name, cells in packs]
    for job in {task.job for task in tasks}:
        write_json(jobs_folder(store) / f"{job}.json", [asdict(task) for task in tasks if task.job == job])
    return tasks


def read_tasks(store: Store) -> list[Task]:
    """Read all that is written down, the oldest job first."""
    tasks = [task for path in jobs_folder(store).glob("*.json") for task in _read(path)]
    return sorted(tasks, key=lambda task: task.submitted)


def _read(path: Path) -> Iterator[Task]:
    try:
        yield from [Task(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError):
        return  # tidied up meanwhile, or not ours


def states(store: Store, tasks: Sequence[Task]) -> dict[str, State]:
    """Say how tasks are, by their ids; from a machine without SLURM's commands its tasks look alive."""
    known = {task.id: State("COMPLETED", True) for task in tasks if has_result(store, task)}
    rest = [task for task in tasks if task.id not in known]
    known |= {task.id: local_state(task) for task in rest if task.cluster == "local"}
    return known | slurm_states([task for task in rest if task.cluster == "slurm"])


def has_result(store: Store, task: Task) -> bool:
    """Whether a task has come to an end by itself."""
    return (jobs_folder(store) / f"{task.id}_0_result.pkl").exists()


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
    from submitit.slurm.slurm import SlurmInfoWatcher

    if not tasks or not shutil.which("sacct"):
        return {task.id: State("UNKNOWN", False) for task in tasks}
    watcher = SlurmInfoWatcher()  # a new one, since it never asks again about a task that ended, requeued or not
    for task in tasks:
        watcher.register_job(task.id)
    watcher.update()
    return {task.id: _state(watcher.get_state(task.id, mode="cache"), task) for task in tasks}


def _state(word: str, task: Task) -> State:
    waiting = ("READY", "PENDING", "RUNNING", "REQUEUED", "REQUEUE_HOLD", "COMPLETING", "PREEMPTED", "SUSPENDED")
    lost = word == "UNKNOWN" and time.time() - task.submitted > GONE
    return State(word, lost or word not in (*waiting, "UNKNOWN"))


def cancel_command(tasks: Sequence[Task]) -> str:
    """Give the command that cancels tasks."""
    jobs = " ".join(sorted({task.job for task in tasks}, key=int))
    return f"scancel {jobs}" if tasks[0].cluster == "slurm" else f"kill {jobs}"


def problem_path(store: Store, task_id: str) -> Path:
    """Give the file in which a task says why it gave up."""
    return jobs_folder(store) / f"{task_id}.problem"


def why_ended(store: Store, task: Task, state: State) -> str:
    """Say why a task has left cells undone."""
    try:
        said = problem_path(store, task.id).read_text(encoding="utf-8")
    except OSError:
        said = f"it ended as {state.word}"
    return f"job {task.id}: {said}; its log: {jobs_folder(store)}/{task.id}_0_log.err"


def remove_done_jobs(store: Store) -> None:
    """Remove what submitit needs of jobs that have ended and whose every cell has a record; their logs stay."""
    tasks = read_tasks(store)
    known = states(store, tasks)
    kept = {
        task.job
        for task in tasks
        if not known[task.id].ended or not all(store.record(name).exists() for name in task.cells)
    }
    for job in {task.job for task in tasks} - kept:
        for pattern in (f"{job}.json", f"{job}_*.pkl", f"{job}.problem", f"{job}_*.problem", f"{job}_submission.sh"):
            for path in jobs_folder(store).glob(pattern):
                path.unlink(missing_ok=True)
