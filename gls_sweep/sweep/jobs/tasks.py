"""The jobs that a sweep has submitted: which cells each task trains, kept on disk, and what became of them."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from gls_sweep.files import write_json
from gls_sweep.sweep.disk.store import Store


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
    folder : str
        Where submitit's files and the logs of its job lie.
    submitted : float
        Seconds since 1970.
    cells : list of str
        Signatures of the pack's cells.
    """

    id: str
    cluster: str
    host: str
    folder: str
    submitted: float
    cells: list[str]

    @property
    def job(self) -> str:
        """What cancels it with the others of its job."""
        return self.id.partition("_")[0]

    @property
    def has_result(self) -> bool:
        """Whether it has come to an end by itself."""
        return Path(self.folder, f"{self.id}_0_result.pkl").exists()

    @property
    def problem(self) -> Path:
        """The file in which it says why it gave up."""
        return Path(self.folder, f"{self.id}.problem")


def jobs_folder(store: Store, cluster: str) -> Path:
    """Give a folder for new jobs; local ones get one of their own, since the numbers of processes come again."""
    folder = store.folder.absolute() / "jobs"
    return folder if cluster == "slurm" else folder / f"{os.uname().nodename}.{time.time():.0f}"


def note_tasks(folder: Path, cluster: str, packs: Sequence[tuple[str, list[str]]]) -> list[Task]:
    """Write down which cells the tasks of a job train; `packs` has task ids and signatures."""
    host, now = os.uname().nodename, time.time()
    tasks = [Task(name, cluster, host, str(folder), now, cells) for name, cells in packs]
    write_json(folder / f"{tasks[0].job}.json", [asdict(task) for task in tasks])
    return tasks


def read_tasks(store: Store) -> list[Task]:
    """Read all that is written down, the oldest job first."""
    folder = store.folder / "jobs"
    tasks = [task for path in [*folder.glob("*.json"), *folder.glob("*/*.json")] for task in _read(path)]
    return sorted(tasks, key=lambda task: task.submitted)


def _read(path: Path) -> Iterator[Task]:
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        # The folder may be mounted elsewhere on this machine.
        yield from [Task(**entry | {"folder": str(path.parent)}) for entry in entries]
    except (OSError, ValueError, TypeError):
        return  # tidied up meanwhile, or not ours


def told(tasks: Sequence[Task]) -> str:
    """Say which jobs go on and how to cancel them."""
    slurm = numbers([task for task in tasks if task.cluster == "slurm"])
    local = numbers([task for task in tasks if task.cluster == "local"])
    cancel = [f"scancel {slurm}"] * bool(slurm) + [f"kill {local}"] * bool(local)
    return f"jobs that go on: {' '.join([slurm, local]).strip()}; to cancel them: {'; '.join(cancel)}"


def numbers(tasks: Sequence[Task]) -> str:
    """List the jobs of tasks."""
    return " ".join(sorted({task.job for task in tasks}, key=int))


def remove_files(tasks: Sequence[Task]) -> None:
    """Remove what submitit needed of a job; its logs stay."""
    folder, job = Path(tasks[0].folder), tasks[0].job
    for pattern in (f"{job}.json", f"{job}_*.pkl", f"{job}.problem", f"{job}_*.problem", f"{job}_submission.sh"):
        for path in folder.glob(pattern):
            path.unlink(missing_ok=True)
    for link in folder.glob(".submission_file_*.sh"):
        if not link.exists():  # its target is gone
            link.unlink(missing_ok=True)
