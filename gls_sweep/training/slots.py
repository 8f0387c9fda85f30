"""Which replica sees which batch."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Slots:
    """Which of S distinct seeds is each replica's, [R] in 0..S-1.

    Attributes
    ----------
    numbers : list of int
        For Python; read back from a GPU they would make the processor wait.
    index : Tensor
        For indexing, on the device.
    """

    numbers: list[int]
    index: Tensor

    @classmethod
    def of(cls, numbers: list[int], device: torch.device) -> "Slots":
        """Make them on a device."""
        return cls(numbers, torch.tensor(numbers, device=device))
