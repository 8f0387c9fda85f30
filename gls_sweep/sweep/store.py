"""Where a sweep's files lie, and how they are read and written. Disk is the truth: what is here is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from gls_sweep.files import write_atomically

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Store:
    """The folder of one sweep, `results/<sweep>`."""

    folder: Path

    def cell(self, signature: str) -> Path:
        """Give a cell's folder."""
        return self.folder / "cells" / signature

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

    @contextmanager
    def locked(self, signatures: Sequence[str]) -> Iterator[None]:
        """Hold the locks of several stages, taken in one order so that no two processes wait for each other.

        The locks are `flock`s: the kernel releases them when their owner dies, however it dies, and Linux carries
        them over NFS.
        """
        with ExitStack() as stack:
            for signature in sorted(set(signatures)):
                stack.enter_context(FileLock(self._lock_path(signature)))
            yield

    def _lock_path(self, signature: str) -> Path:
        path = self.folder / "locks" / f"{signature}.lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


def save_tensors(path: Path, content: dict[str, Any]) -> None:
    """Write tensors and plain data atomically."""
    import torch

    write_atomically(path, lambda temporary: torch.save(content, temporary))


def load_tensors(path: Path) -> dict[str, Any]:
    """Read what `save_tensors` wrote; nothing but tensors and plain data is ever unpickled."""
    import torch

    content: dict[str, Any] = torch.load(path, weights_only=True, map_location="cpu")
    return content


def map_tensors(tree: Any, change: Callable[[Tensor], Tensor]) -> Any:
    """Apply a function to every tensor in nested dicts; other leaves stay."""
    if isinstance(tree, dict):
        return {key: map_tensors(value, change) for key, value in tree.items()}
    return change(tree) if hasattr(tree, "dim") else tree
