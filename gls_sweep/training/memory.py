"""What a loss remembers of each training sample from step to step."""

from __future__ import annotations

import torch
from torch import Tensor


class Memory:
    """One row a sample and replica, zero at first.

    Attributes
    ----------
    tensors : dict of str to Tensor
        `memory` [R, N, K]; empty for a loss without memory.
    """

    def __init__(self, wanted: bool, shape: tuple[int, int, int], dtype: torch.dtype, device: torch.device) -> None:
        self.tensors = {"memory": torch.zeros(shape, dtype=dtype, device=device)} if wanted else {}

    def rows(self, indices: Tensor) -> dict[str, Tensor]:
        """Give the rows [R, B, K] of the samples `indices` [R, B]."""
        return {name: rows.gather(1, self._places(rows, indices)) for name, rows in self.tensors.items()}

    def put(self, indices: Tensor, new: Tensor | None) -> None:
        """Put new rows [R, B, K] in their places."""
        for rows in self.tensors.values():
            assert new is not None
            rows.scatter_(1, self._places(rows, indices), new)

    @staticmethod
    def _places(rows: Tensor, indices: Tensor) -> Tensor:
        return indices.unsqueeze(-1).expand(-1, -1, rows.shape[-1])
