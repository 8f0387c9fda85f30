"""What a job that submitit has started does: it trains its pack as a sweep on that machine would."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gls_sweep.config import identity, signature
from gls_sweep.errors import SweepStopped, UserError
from gls_sweep.files import write_text
from gls_sweep.sweep.disk import locks
from gls_sweep.sweep.disk.heartbeat import job_id
from gls_sweep.sweep.disk.status import is_done
from gls_sweep.sweep.disk.store import Store
from gls_sweep.sweep.plan.cells import Cell
from gls_sweep.sweep.work.local import run_cells

if TYPE_CHECKING:
    from submitit.helpers import DelayedSubmission

POLL = 0.5  # seconds between two looks for a free slot
PR_SET_PDEATHSIG = 1  # of Linux's prctl


@dataclass(frozen=True)
class TrainPack:
    """Trains packs in jobs; training itself happens in worker processes, which no signal to the job disturbs.

    Attributes
    ----------
    folder : Path
        The sweep's folder, absolute.
    cores : int or None
        Processes of a task at most; None for what SLURM gives it.
    slots : int or None
        How many tasks of one machine may train at the same time; the others wait. None leaves that to SLURM.
    """

    folder: Path
    cores: int | None = None
    slots: int | None = None

    def __call__(self, cells: Sequence[Cell]) -> None:
        """Train cells that are not done yet; what keeps it from going on is written down, then raised."""
        logging.basicConfig(format="%(message)s", level=logging.INFO)
        self._prepare_signals()
        store = Store(self.folder)
        try:
            require_unchanged(cells)
            with slot(store, self.slots):
                if left := [cell for cell in cells if not is_done(store, cell.signature)]:
                    run_cells({store: left}, self.cores)
        except Exception as error:
            known = isinstance(error, UserError | SweepStopped | OSError)
            self._note(str(error) if known else f"{type(error).__name__}: {error}")
            raise

    def checkpoint(self, cells: Sequence[Cell]) -> DelayedSubmission:
        """Tell submitit how to go on after a preemption or the time limit: the same again, from what lies on disk."""
        from submitit.helpers import DelayedSubmission

        return DelayedSubmission(self, cells)

    def _prepare_signals(self) -> None:
        """Settle what ends a job: of a local one, its controller's end or SIGTERM."""
        if self.slots:
            die_with_parent()
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
        else:
            # Inherited by submitit's `scontrol requeue`, which SLURM's SIGTERM would else end before it has returned.
            signal.signal(signal.SIGTERM, signal.SIG_IGN)

    def _note(self, problem: str) -> None:
        path = Path(os.environ["SUBMITIT_FOLDER"], f"{job_id()}.problem")
        write_text(path, problem.replace("\n", "; "))


def require_unchanged(cells: Sequence[Cell]) -> None:
    """Raise `UserError` where a file that decides, or the code, has changed since the cells were submitted."""
    if changed := [cell for cell in cells if signature(identity(cell.config)) != cell.signature]:
        raise UserError(f"{len(changed)} cells: a file or the code has changed since they were submitted; submit again")


@contextmanager
def slot(store: Store, slots: int | None) -> Iterator[None]:
    """Wait until fewer than `slots` processes of this sweep hold one, then hold one."""
    numbers = [f"{number:016x}" for number in range(slots or 0)]
    path = store.folder / "jobs" / "slots"
    while numbers:
        for number in numbers:
            with locks.claimed(path, [number]) as mine:
                if mine:
                    yield
                    return
        time.sleep(POLL)
    yield


def die_with_parent() -> None:
    """Have the system end this process when its parent ends, even by SIGKILL."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        if hasattr(libc, "prctl"):
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
