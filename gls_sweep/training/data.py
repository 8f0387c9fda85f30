"""What a population trains on: inputs shared by all replicas, labels of each replica's own."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import torch
from torch import Tensor

from gls_sweep.data import Augmentation, Inputs, Rows, Standardiser, augment, draw_augmentation
from gls_sweep.training.precision import weights_dtype
from gls_sweep.training.randomness import stream
from gls_sweep.training.slots import Slots
from gls_sweep.training.transfer import send, send_draw


@dataclass(frozen=True)
class SharedData:
    """Inputs and true labels on the device; images stay uint8 until a batch is made.

    Attributes
    ----------
    train_inputs, val_inputs, test_inputs : Tensor or Rows
        [N, ...], [V, ...] and [M, ...]; V is 0 where nothing is held out.
    train_true, test_true : Tensor
        [N] and [M] int64; `train_true` is None where nobody knows it.
    precision : str
        See `gls_sweep.training.precision`.
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
    precision: str

    @property
    def dtype(self) -> torch.dtype:
        """Of weights, batches and losses."""
        return weights_dtype(self.precision)


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

    @functools.cached_property
    def slots(self) -> Slots:
        """Which of the distinct seeds is each replica's."""
        distinct = self.distinct_seeds
        return Slots.of([distinct.index(seed) for seed in self.seeds], self.train_labels.device)


class EpochBatches:
    """The batches of one epoch for each distinct seed: order and augmentation drawn from the seed, phase and epoch."""

    def __init__(self, data: SharedData, seeds: list[int], batch_size: int, phase: str, epoch: int) -> None:
        self._data = data
        size = len(data.train_inputs)
        orders = [torch.randperm(size, generator=stream(seed, "order", phase, epoch)) for seed in seeds]
        self._places = torch.stack(orders)
        self._order = send(self._places, data.device)
        self._draws = None
        if data.augmentation is not None:
            generators = [stream(seed, "augmentation", phase, epoch) for seed in seeds]
            self._draws = [send_draw(draw_augmentation(size, data.augmentation, g), data.device) for g in generators]
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
        on_disk = isinstance(self._data.train_inputs, Rows)  # which are looked up by the processor
        inputs = self._data.train_inputs[self._places[:, where] if on_disk else indices]
        if self._draws is not None:
            batches = [augment(x, draw[where]) for x, draw in zip(inputs, self._draws, strict=True)]
            inputs = torch.stack(batches)
        return where, indices, self._data.standardise(inputs, self._data.dtype)
