"""Sends packs to a cluster through submitit."""

from __future__ import annotations

import logging
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gls_sweep.config.cluster import JobsConfig, SlurmConfig
from gls_sweep.errors import UserError
from gls_sweep.sweep.disk.store import Store
from gls_sweep.sweep.jobs.tasks import Task, jobs_folder, note_tasks, numbers, told
from gls_sweep.sweep.jobs.train_pack import TrainPack
from gls_sweep.sweep.plan.cells import Cell

if TYPE_CHECKING:
    from submitit import LocalExecutor, SlurmExecutor

log = logging.getLogger(__name__)
MOST_LOCAL = 256  # packs that may wait as processes of one machine
RENAMED = {"timeout_min": "time", "mem_gb": "mem"}  # what SLURM's executor calls them


def submit(store: Store, cluster: JobsConfig, packs: Sequence[list[Cell]]) -> list[Task]:
    """Submit packs as job arrays, as many as the cluster's `MaxArraySize` asks for; local ones one by one.

    Raises
    ------
    UserError
        Where the cluster refuses a job; it says which others go on.
    """
    slurm = isinstance(cluster, SlurmConfig)
    if not slurm and len(packs) > MOST_LOCAL:
        advice = f"at most {MOST_LOCAL} processes may wait; raise launcher.max_pack or use cluster=local"
        raise UserError(f"cluster={cluster.name}: starts one for each of {len(packs)} packs; {advice}")
    limit = max_array_size() if slurm else 1
    parts = [packs[first : first + limit] for first in range(0, len(packs), limit)]
    folder = jobs_folder(store, "slurm" if slurm else "local")
    call = TrainPack(store.folder.absolute(), None if slurm else cluster.cpus_per_task, slots_of(cluster))
    tasks: list[Task] = []
    with refusals(cluster, folder, tasks), without_interrupts():
        executor = make_executor(folder, cluster, len(parts))
        for part in parts:
            jobs = executor.map_array(call, part)
            ids = [(job.job_id, [cell.signature for cell in pack]) for job, pack in zip(jobs, part, strict=True)]
            tasks += note_tasks(folder, "slurm" if slurm else "local", ids)
    log.info("cluster=%s: %d packs submitted, jobs %s", cluster.name, len(tasks), numbers(tasks))
    return tasks


def slots_of(cluster: JobsConfig) -> int | None:
    """Give how many tasks may train at once where nobody else sees to it."""
    return None if isinstance(cluster, SlurmConfig) else cluster.array_parallelism


def make_executor(folder: Path, cluster: JobsConfig, arrays: int) -> SlurmExecutor | LocalExecutor:
    """Make submitit's executor with the options given; `arrays` share out `array_parallelism`."""
    from submitit import JobEnvironment, LocalExecutor, SlurmExecutor

    if isinstance(cluster, SlurmConfig):
        # The signal that tells a job to stop would end Python while it starts, before submitit handles it.
        patient = f"""sh -c 'trap "" {JobEnvironment.USR_SIG}; exec "$0" "$@"' {shlex.quote(sys.executable)}"""
        slurm = SlurmExecutor(folder, max_num_timeout=cluster.max_num_timeout, python=patient)
        slurm.update_parameters(**slurm_options(cluster, arrays))
        return slurm
    local = LocalExecutor(folder, max_num_timeout=cluster.max_num_timeout)
    local.update_parameters(**local_options(cluster))
    return local


def slurm_options(cluster: SlurmConfig, arrays: int) -> dict[str, Any]:
    """Collect the options of SLURM's executor; what is null is left to the cluster."""
    values = {field.name: getattr(cluster, field.name) for field in fields(cluster)}
    values["array_parallelism"] = max(1, cluster.array_parallelism // arrays)
    values["mem_gb"] = None if cluster.mem_gb is None else f"{int(1024 * cluster.mem_gb)}MB"
    del values["name"], values["max_num_timeout"]
    return {RENAMED.get(name, name): value for name, value in values.items() if value is not None}


def local_options(cluster: JobsConfig) -> dict[str, Any]:
    """Collect the options of submitit's local executor."""
    names = ("timeout_min", "signal_delay_s", "gpus_per_node", "stderr_to_stdout", "setup")
    return {name: value for name in names if (value := getattr(cluster, name)) is not None}


def max_array_size() -> int:
    """Ask SLURM for the largest job array that it takes."""
    if not shutil.which("scontrol"):
        return 1
    said = subprocess.run(["scontrol", "show", "config"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"MaxArraySize\s*=\s*(\d+)", said)
    return max(1, int(found[1])) if found else 1001  # SLURM's own default


@contextmanager
def refusals(cluster: JobsConfig, folder: Path, tasks: Sequence[Task]) -> Iterator[None]:
    """Turn the cluster's refusal to take a job into a line for a person; `tasks` are those it has taken."""
    from submitit.core.utils import FailedJobError, FailedSubmissionError

    try:
        yield
    except (FailedJobError, FailedSubmissionError, subprocess.CalledProcessError) as error:
        for path in folder.glob(f"{'[0-9a-f]' * 32}.pkl"):  # what submitit had prepared
            path.unlink(missing_ok=True)
        said = [line.strip() for line in str(error).splitlines() if line.strip()]
        reason = next((line for line in said if "error:" in line), said[-1] if said else "no reason given")
        others = f"; {told(tasks)}" if tasks else ""
        raise UserError(f"cluster={cluster.name}: the job was refused ({reason}); change cluster.*{others}") from error
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
