"""Where a sweep's files lie. Disk is the truth: what is here is done."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from gls_sweep.record_file import cell_folder
from gls_sweep.sweep.disk import locks

LOGGING, PLANNING, SUBMITTING, AT_WORK = "c" * 16, "d" * 16, "e" * 16, "f" * 16  # locks beside those of the stages


@dataclass(frozen=True)
class Store:
    """The folder of one sweep, `results/<sweep>`."""

    folder: Path

    def cell(self, signature: str) -> Path:
        """Give a cell's folder."""
        return cell_folder(self.folder, signature)

    def record(self, signature: str) -> Path:
        """Give a cell's record; it is written last, so a cell with a record has all its files."""
        return self.cell(signature) / "record.json"

    def warmup(self, signature: str) -> Path:
        """Give the file of a shared stage's outcome."""
        return self.folder / "warmups" / f"{signature}.pt"

    @property
    def running(self) -> Path:
        """The folder of packs under way: their checkpoints and heartbeats."""
        return self.folder / "running"

    def locked(self, signatures: Iterable[str]) -> AbstractContextManager[None]:
        """Hold the locks of stages, waiting for them."""
        return locks.locked(self.folder / "lock", signatures)

    def claimed(self, signatures: Iterable[str]) -> AbstractContextManager[list[str]]:
        """Hold the locks of those stages that no other process holds."""
        return locks.claimed(self.folder / "lock", signatures)

    def at_work(self) -> AbstractContextManager[None]:
        """Show others, as long as it lasts, that a sweep is at work here."""
        return locks.shared(self.folder / "lock", AT_WORK)

    def is_anybody_at_work(self) -> bool:
        """Whether a sweep of another process is at work here."""
        return locks.is_held(self.folder / "lock", AT_WORK)
