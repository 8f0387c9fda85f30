"""Trains a sweep's packs in jobs, each pack in a task of its own, and waits for them."""

from __future__ import annotations

import logging
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from gls_sweep.config.cluster import JobsConfig, SlurmConfig
from gls_sweep.errors import JobsGoOn, UserError
from gls_sweep.sweep.cells import Cell
from gls_sweep.sweep.jobs import (
    Task,
    cancel_command,
    has_result,
    jobs_folder,
    note_tasks,
    read_tasks,
    states,
    why_ended,
)
from gls_sweep.sweep.local import look_at, make_packs
from gls_sweep.sweep.machine import plan_tasks
from gls_sweep.sweep.progress import Progress
from gls_sweep.sweep.store import Store
from gls_sweep.sweep.train_pack import TrainPack

if TYPE_CHECKING:
    from submitit import LocalExecutor, SlurmExecutor

log = logging.getLogger(__name__)
SUBMITTING = "f" * 16  # the lock of who submits, beside those of the stages
LOOK, ASK = 1.0, 10.0  # seconds between two looks at the disk, between two questions to SLURM
SETTLE = 10.0  # seconds that tasks have to end after their last record


def run_in_jobs(store: Store, cells: Sequence[Cell]) -> dict[str, str]:
    """Submit the cells that no job is at, and wait for all.

    Returns
    -------
    dict of str to str
        Why cells have no record in the end, by signature.

    Raises
    ------
    JobsGoOn
        Without waiting, where `launcher.wait` is false.
    KeyboardInterrupt
        With a text that says which jobs go on.
    UserError
        With a line for each mistake that only the data show, or where the cluster refuses the jobs.
    """
    under_way = tasks_under_way(store, cells)
    wanted = without(cells, under_way)
    findings = look_at(wanted) if wanted else {}
    with store.locked([SUBMITTING]):  # of two commands at once, the second finds the jobs of the first
        under_way = tasks_under_way(store, cells)
        wanted = without(wanted, under_way)
        if wanted:
            packs = make_packs(wanted, findings, plan_tasks(wanted[0].config))
            under_way += submit(store, packs)
    joined = len(cells) - len(wanted)
    log.info("%d cells submitted%s", len(wanted), f", {joined} are in jobs already" if joined else "")
    if not cells[0].config.launcher.wait:
        raise JobsGoOn(f"{told(under_way)}; gls-results status {store.folder} shows how they are")
    try:
        return wait(store, cells, under_way)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"{told(under_way)}; the same command joins them again") from None


def told(tasks: Sequence[Task]) -> str:
    """Say which jobs go on and how to cancel them."""
    jobs = ", ".join(sorted({task.job for task in tasks}, key=int))
    return f"jobs that go on: {jobs}; to cancel them: {cancel_command(tasks)}"


def tasks_under_way(store: Store, cells: Sequence[Cell]) -> list[Task]:
    """List the tasks that have not ended and have some of these cells."""
    wanted = {cell.signature for cell in cells}
    tasks = [task for task in read_tasks(store) if not wanted.isdisjoint(task.cells)]
    known = states(store, tasks)
    return [task for task in tasks if not known[task.id].ended]


def without(cells: Sequence[Cell], tasks: Sequence[Task]) -> list[Cell]:
    """Leave out the cells of tasks."""
    covered = {signature for task in tasks for signature in task.cells}
    return [cell for cell in cells if cell.signature not in covered]


def submit(store: Store, packs: Sequence[list[Cell]]) -> list[Task]:
    """Submit packs as job arrays, as many as the cluster's `MaxArraySize` asks for; raises `UserError`."""
    cluster: Any = packs[0][0].config.cluster
    slurm = isinstance(cluster, SlurmConfig)
    limit = max_array_size() if slurm else len(packs)
    parts = [packs[first : first + limit] for first in range(0, len(packs), limit)]
    folder = store.folder.absolute()
    call = TrainPack(folder) if slurm else TrainPack(folder, cluster.cpus_per_task, cluster.array_parallelism)
    for cell in [cell for pack in packs for cell in pack]:
        store.record(cell.signature).unlink(missing_ok=True)  # of an earlier failure, or damaged
    tasks = []
    with refusals(cluster), without_interrupts():
        executor = make_executor(store, cluster, len(parts))
        for part in parts:
            jobs = executor.map_array(call, part)
            ids = [(job.job_id, [cell.signature for cell in pack]) for job, pack in zip(jobs, part, strict=True)]
            tasks += note_tasks(store, "slurm" if slurm else "local", ids)
    log.info("%s: jobs %s, %d tasks", cluster.name, ", ".join(dict.fromkeys(t.job for t in tasks)), len(tasks))
    return tasks


def make_executor(store: Store, cluster: JobsConfig, arrays: int) -> SlurmExecutor | LocalExecutor:
    """Make submitit's executor with the options given; `arrays` share out `array_parallelism`."""
    from submitit import LocalExecutor, SlurmExecutor

    folder, times = jobs_folder(store).absolute(), cluster.max_num_timeout
    if isinstance(cluster, SlurmConfig):
        slurm = SlurmExecutor(folder, max_num_timeout=times)
        slurm.update_parameters(**slurm_options(cluster, arrays))
        return slurm
    local = LocalExecutor(folder, max_num_timeout=times)
    local.update_parameters(**given_options(cluster, ["cpus_per_task", "array_parallelism"]))
    return local


def slurm_options(cluster: SlurmConfig, arrays: int) -> dict[str, Any]:
    """Collect the options under the names that SLURM's executor has for them."""
    options = given_options(cluster, ["timeout_min", "mem_gb"]) | {"time": cluster.timeout_min}
    options["array_parallelism"] = max(1, cluster.array_parallelism // arrays)
    if cluster.mem_gb is not None:
        options["mem"] = f"{int(1024 * cluster.mem_gb)}MB"
    return options


def given_options(cluster: JobsConfig, special: Sequence[str]) -> dict[str, Any]:
    """Collect the options that go to the executor as they are."""
    values = {field.name: getattr(cluster, field.name) for field in fields(cluster)}
    ours = {"name", "max_num_timeout", *special}
    return {name: value for name, value in values.items() if value is not None and name not in ours}


def max_array_size() -> int:
    """Ask SLURM for the largest job array that it takes."""
    if not shutil.which("scontrol"):
        return 1
    said = subprocess.run(["scontrol", "show", "config"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"MaxArraySize\s*=\s*(\d+)", said)
    return int(found[1]) if found else 1001  # SLURM's own default


@contextmanager
def refusals(cluster: JobsConfig) -> Iterator[None]:
    """Turn the cluster's refusal to take a job into a line for a person."""
    from submitit.core.utils import FailedJobError, FailedSubmissionError

    try:
        yield
    except (FailedJobError, FailedSubmissionError, subprocess.CalledProcessError) as error:
        said = [line for line in str(error).splitlines() if line.strip()]
        reason = next((line for line in said if "error:" in line), said[-1] if said else "no reason given")
        raise UserError(f"cluster={cluster.name}: the job was refused ({reason.strip()}); change cluster.*") from error
    except RuntimeError as error:
        if "srun" not in str(error):
            raise
        raise UserError(
            "cluster=slurm: needs SLURM's commands on this machine; use cluster=slurm_local here"
        ) from error


@contextmanager
def without_interrupts() -> Iterator[None]:
    """Ignore Ctrl-C for a while; processes that are started then ignore it for good."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def wait(store: Store, cells: Sequence[Cell], tasks: Sequence[Task]) -> dict[str, str]:
    """Wait until all cells have a record or their tasks have ended; says why cells have none."""
    left, open_tasks, asked = {cell.signature for cell in cells}, list(tasks), time.monotonic()
    reasons: dict[str, str] = {}
    suspects: set[str] = set()
    with Progress(store, cells) as progress:
        while open_tasks and (left := {name for name in left if not store.record(name).exists()}):
            time.sleep(LOOK)
            progress.update()
            if time.monotonic() - asked >= ASK or any(has_result(store, task) for task in open_tasks):
                asked = time.monotonic()
                ended = {name: state for name, state in states(store, open_tasks).items() if state.ended}
                # One that is requeued may look ended for a moment.
                sure = [t for t in open_tasks if t.id in ended and (t.id in suspects or has_result(store, t))]
                suspects = set(ended)
                reasons |= {name: why_ended(store, task, ended[task.id]) for task in sure for name in task.cells}
                open_tasks = [task for task in open_tasks if task not in sure]
    deadline = time.monotonic() + SETTLE
    while time.monotonic() < deadline and not all(has_result(store, task) for task in open_tasks):
        time.sleep(0.2)
    return {name: reason for name, reason in reasons.items() if name in left and not store.record(name).exists()}
