"""What a stage of training leads to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gls_sweep.sweep.disk.sealed import read_sealed, write_sealed

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor


@dataclass
class Outcome:
    """One replica's weights and history at the end of a stage.

    Attributes
    ----------
    weights : dict of str to Tensor
        A state dict of the model, on the CPU.
    history : list of dict
        One row an epoch, over all phases so far.
    diverged : dict or None
        `phase` and `epoch` in which it diverged; such a replica is not trained on.
    """

    weights: dict[str, Tensor]
    history: list[dict[str, Any]]
    diverged: dict[str, Any] | None

    def save(self, path: Path) -> None:
        """Write it atomically."""
        write_sealed(path, [], {"weights": self.weights, "history": self.history, "diverged": self.diverged})

    @classmethod
    def load(cls, path: Path) -> Outcome:
        """Read what `save` wrote; raises `Damaged`."""
        return cls(**read_sealed(path))
