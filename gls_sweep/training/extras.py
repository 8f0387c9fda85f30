"""What losses ask for beside logits and labels: `gls_sweep.losses.EXTRAS`, and the partners that mixup mixes with.

Everything is drawn on the CPU from a cell's seed, the phase and the epoch alone, for all samples of an epoch at once;
a step takes its slice.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TypeAlias

import torch
from torch import Tensor

from gls_sweep.losses import EXTRAS
from gls_sweep.training.data import ReplicaData, SharedData
from gls_sweep.training.randomness import stream
from gls_sweep.training.transfer import send

Loss: TypeAlias = Callable[..., Tensor | tuple[Tensor, Tensor]]
"""From logits [B, K], labels [B] and values by keyword to losses [B], and to new rows of a memory [B, K]."""

Values: TypeAlias = dict[str, Tensor]
"""What a loss takes by keyword, each with a leading replica axis: [R], [R, B], [R, K, K], ..."""


def extras_of(loss: Callable[..., object]) -> frozenset[str]:
    """Give the names of the extras that a loss has as parameters."""
    return frozenset(EXTRAS) & frozenset(inspect.signature(loss).parameters)


def label_shares(labels: Tensor, num_classes: int, dtype: torch.dtype) -> Tensor:
    """Give the share of each class among labels [R, N]: [R, K]."""
    counts = torch.zeros(len(labels), num_classes, dtype=torch.float64, device=labels.device)
    ones = torch.ones_like(labels, dtype=torch.float64)
    return (counts.scatter_add_(1, labels, ones) / labels.shape[1]).to(dtype)


class EpochExtras:
    """The extras of one epoch that are drawn at random."""

    def __init__(self, asked: frozenset[str], data: SharedData, replicas: ReplicaData, *of: int | str) -> None:
        size, classes, seeds = len(data.train_inputs), data.num_classes, replicas.distinct_seeds
        self._labels, self._slots, self._classes = replicas.train_labels, replicas.slots.index, classes
        self._peers = self._shifts = None
        if "peer_labels" in asked:
            draws = [torch.randint(size, (size,), generator=stream(seed, "peers", *of)) for seed in seeds]
            self._peers = send(torch.stack(draws), data.device)
        if "other_labels" in asked:
            draws = [torch.randint(1, classes, (size,), generator=stream(seed, "others", *of)) for seed in seeds]
            self._shifts = send(torch.stack(draws), data.device)

    def values(self, where: slice, labels: Tensor) -> Values:
        """Give the extras [R, B] of the step that takes the samples at `where` of the epoch, with these labels."""
        values = {}
        if self._peers is not None:
            values["peer_labels"] = self._labels.gather(1, self._peers[:, where][self._slots])
        if self._shifts is not None:
            values["other_labels"] = (labels + self._shifts[:, where][self._slots]) % self._classes
        return values
