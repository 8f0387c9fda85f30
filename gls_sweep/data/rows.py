"""Inputs that may be larger than memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import torch
from torch import Tensor


@dataclass(frozen=True)
class Rows:
    """Some rows of a tensor that stays where it is, a memory map of a file for example.

    Attributes
    ----------
    pool : Tensor
        [P, ...] on the CPU.
    positions : Tensor
        [N] int64 on the CPU: which rows of the pool these are, in this order.
    device : torch.device
        Where rows are sent that are asked for.
    """

    pool: Tensor
    positions: Tensor
    device: torch.device

    def __len__(self) -> int:
        return len(self.positions)

    @property
    def ndim(self) -> int:
        """Number of dimensions of the rows together."""
        return self.pool.ndim

    def __getitem__(self, which: Tensor | slice) -> Tensor:
        """Read rows: [n, ...] of a slice, [S, B, ...] of positions [S, B]."""
        positions = self.positions[which.cpu() if isinstance(which, Tensor) else which]
        return self.pool[positions].to(self.device)


Inputs: TypeAlias = Tensor | Rows
"""Rows of inputs: a tensor on the device, or read batch by batch."""
