"""What a population trains on: inputs shared by all replicas, labels of each replica's own."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from gls_sweep.data import Augmentation, Standardiser, augment, draw_augmentation
from gls_sweep.training.randomness import stream


@dataclass(frozen=True)
class SharedData:
    """Inputs and true labels on the device; images stay uint8 until a batch is made.

    Attributes
    ----------
    train_inputs, val_inputs, test_inputs : Tensor
        [N, ...], [V, ...] and [M, ...]; V is 0 where nothing is held out.
    train_true, test_true : Tensor
        [N] and [M] int64.
    dtype : torch.dtype
        Of the batches.
    """

    train_inputs: Tensor
    val_inputs: Tensor
    test_inputs: Tensor
    train_true: Tensor
    test_true: Tensor
    standardise: Standardiser
    augmentation: Augmentation | None
    dtype: torch.dtype

    @property
    def device(self) -> torch.device:
        """Where the tensors live."""
        return self.train_inputs.device


@dataclass(frozen=True)
class ReplicaData:
    """What differs between replicas: seeds, noisy labels [R, N] and [R, V], loss hyper-parameters [R] each."""

    seeds: list[int]
    train_labels: Tensor
    val_labels: Tensor
    hyperparameters: dict[str, Tensor]


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

    def batch(self, step: int) -> tuple[Tensor, Tensor]:
        """Give the sample indices [S, B] and the inputs [S, B, ...] of a step."""
        where = self._slices[step]
        indices = self._order[:, where]
        inputs = self._data.train_inputs[indices]
        if self._draws is not None:
            batches = [augment(x, draw[where]) for x, draw in zip(inputs, self._draws, strict=True)]
            inputs = torch.stack(batches)
        return indices, self._data.standardise(inputs, self._data.dtype)
