"""How a population runs a model, in general: what goes in, what comes out.

The ways are in `stacked`, `looped` and `vmapped`; `execution` chooses one.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import torch
from torch import Tensor, nn

from gls_sweep.training.extras import Loss, Values
from gls_sweep.training.population import Population
from gls_sweep.training.precision import autocast, widened
from gls_sweep.training.slots import Slots


@dataclass(frozen=True)
class Batch:
    """Inputs of a step: one batch per distinct seed, and which replica sees which.

    Attributes
    ----------
    inputs : Tensor
        [S, B, ...], S distinct seeds.
    dropout_seeds : list of int, or None
        [S] seeds of this step's dropout masks; None switches to evaluation.
    """

    inputs: Tensor
    slots: Slots
    dropout_seeds: list[int] | None = None

    @property
    def shared(self) -> bool:
        """Whether all replicas see the same inputs."""
        return len(self.inputs) == 1

    def of_replicas(self) -> Tensor:
        """Give each replica's inputs [R, B, ...]; without a copy where all see the same."""
        replicas = len(self.slots.numbers)
        return self.inputs.expand(replicas, *self.inputs.shape[1:]) if self.shared else self.inputs[self.slots.index]


Losses: TypeAlias = tuple[Tensor, Tensor | None]
"""Losses, and the new rows of the memory of a loss that has one."""


class Execution(Protocol):
    """Runs a population's forward and backward passes."""

    name: str

    def logits(self, population: Population, batch: Batch) -> Tensor:
        """Give the logits [R, B, K] without a graph, in evaluation mode."""

    def backward(self, population: Population, batch: Batch, labels: Tensor, loss: Loss, values: Values) -> Losses:
        """Add the gradients of each replica's mean loss; give these losses [R] and the memory's new rows [R, B, K].

        `labels` is [R, B], each of the loss's values [R, ...]. BatchNorm's statistics are updated in place.
        """


def apply_loss(loss: Loss, logits: Tensor, labels: Tensor, values: Values) -> Losses:
    """Give the per-sample losses [R, B] of logits [R, B, K], labels [R, B] and values [R, ...], and new memory."""

    def one(logits: Tensor, labels: Tensor, values: Values) -> Tensor | tuple[Tensor, Tensor]:
        return loss(logits, labels, **values)

    losses: Tensor | tuple[Tensor, Tensor] = torch.func.vmap(one)(logits, labels, values)
    return losses if isinstance(losses, tuple) else (losses, None)


class Together(ABC):
    """An execution that has all replicas in one graph."""

    name: str

    def __init__(self, model: nn.Module, precision: str) -> None:
        self._model, self._precision = model, precision

    @torch.no_grad()
    def logits(self, population: Population, batch: Batch) -> Tensor:
        """See `Execution`."""
        return self._cast(population, batch)

    def backward(self, population: Population, batch: Batch, labels: Tensor, loss: Loss, values: Values) -> Losses:
        """See `Execution`."""
        losses, memory = apply_loss(loss, self._cast(population, batch), labels, values)
        losses = losses.mean(1)
        losses.sum().backward()  # type: ignore[no-untyped-call]  # of the sum: each replica's gradient is its own mean's
        return losses.detach(), None if memory is None else memory.detach()

    @abstractmethod
    def run(self, population: Population, batch: Batch) -> Tensor:
        """Give the logits [R, B, K]."""

    def _cast(self, population: Population, batch: Batch) -> Tensor:
        with autocast(self._precision, batch.inputs.device):
            logits = self.run(population, batch)
        return widened(logits)
