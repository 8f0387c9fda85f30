"""What a population trains on: inputs shared by all replicas, labels of each replica's own."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from gls_sweep.data import Augmentation, Inputs, Standardiser, augment, draw_augmentation
from gls_sweep.training.randomness import stream


@dataclass(frozen=True)
class SharedData:
    """Inputs and true labels on the device; images stay uint8 until a batch is made.

    Attributes
    ----------
    train_inputs, val_inputs, test_inputs : Tensor or Rows
        [N, ...], [V, ...] and [M, ...]; V is 0 where nothing is held out.
    train_true, test_true : Tensor
        [N] and [M] int64; `train_true` is None where nobody knows it.
    dtype : torch.dtype
        Of the batches.
    """

    train_inputs: Inputs
    val_inputs: Inputs
    test_inputs: Inputs
    train_true: Tensor | None
    test_true: Tensor
    num_classes: int
    device: torch.device
    standardise: Standardiser
    augmentation: Augmentation | None
    dtype: torch.dtype


@dataclass(frozen=True)
class ReplicaData:
    """What differs between replicas: seeds, noisy labels [R, N] and [R, V], the loss's hyper-parameters.

    Of these each number is [R], a transition matrix [R, K, K].
    """

    seeds: list[int]
    train_labels: Tensor
    val_labels: Tensor
    hyperparameters: dict[str, Tensor]

    @property
    def distinct_seeds(self) -> list[int]:
        """The S distinct seeds, rising."""
        return sorted(set(self.seeds))

    @property
    def slots(self) -> Tensor:
        """Which of the distinct seeds is each replica's, [R]."""
        distinct = self.distinct_seeds
        return torch.tensor([distinct.index(seed) for seed in self.seeds], device=self.train_labels.device)


class EpochBatches:
    """The batches of one epoch for each distinct seed: order and augmentation drawn from the seed, phase and epoch."""

    def __init__(self, data: SharedData, seeds: list[int], batch_size: int, phase: str, epoch: int) -> None:
        self._data = data
        size = len(data.train_inputs)
        orders = [torch.randperm(size, generator=stream(seed, "order", phase, epoch)) for seed in seeds]
        self._order = torch.stack(orders).to(data.device)
        self._draws = None
        if data.augmentation is not None:
            generators = [stream(seed, "augmentation", phase, epoch) for seed in seeds]
            self._draws = [draw_augmentation(size, data.augmentation, g).to(data.device) for g in generators]
        # BatchNorm cannot train on a single sample: a last batch of one is left out.
        ends = range(batch_size, size + batch_size, batch_size)
        self._slices = [slice(end - batch_size, min(end, size)) for end in ends]
        if len(self._slices) > 1 and size % batch_size == 1:
            self._slices.pop()

    def __len__(self) -> int:
        return len(self._slices)

    def batch(self, step: int) -> tuple[slice, Tensor, Tensor]:
        """Give a step's place in the epoch, its sample indices [S, B] and its inputs [S, B, ...]."""
        where = self._slices[step]
        indices = self._order[:, where]
        inputs = self._data.train_inputs[indices]
        if self._draws is not None:
            batches = [augment(x, draw[where]) for x, draw in zip(inputs, self._draws, strict=True)]
            inputs = torch.stack(batches)
        return where, indices, self._data.standardise(inputs, self._data.dtype)
