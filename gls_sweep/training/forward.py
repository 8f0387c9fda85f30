"""How a population runs a model: one function applied to stacked parameters.

Two ways, chosen by a declared rule: a plain `nn.Sequential` of known layers is `stacked` (one batched product serves
all replicas), any other model is `looped` over its replicas. Both keep a replica's bits whatever the size of its
population. Convolutions and BatchNorm are looped: their grouped forms change bits, and gain little on CPUs.
"""

from dataclasses import dataclass
from typing import Protocol, TypeAlias

import torch
from torch import Tensor, nn
from torch.func import functional_call

from gls_sweep.training.extras import Loss, Values
from gls_sweep.training.population import Population
from gls_sweep.training.stacked import can_stack, run_stacked


@dataclass(frozen=True)
class Batch:
    """Inputs of a step: one batch per distinct seed, and which replica sees which.

    Attributes
    ----------
    inputs : Tensor
        [S, B, ...], S distinct seeds.
    slots : Tensor
        [R], values in 0..S-1.
    dropout_seeds : list of int, or None
        [S] seeds of this step's dropout masks; None switches to evaluation.
    """

    inputs: Tensor
    slots: Tensor
    dropout_seeds: list[int] | None = None


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


def make_execution(model: nn.Module) -> Execution:
    """Choose how a model is run."""
    if isinstance(model, nn.Sequential) and can_stack(model):
        return Stacked(model)
    return Looped(model)


class Stacked:
    """All replicas in one graph of batched products."""

    name = "stacked"

    def __init__(self, model: nn.Sequential) -> None:
        self._model = model

    @torch.no_grad()
    def logits(self, population: Population, batch: Batch) -> Tensor:
        """See `Execution`."""
        return run_stacked(self._model, population, batch.inputs, batch.slots, None)

    def backward(self, population: Population, batch: Batch, labels: Tensor, loss: Loss, values: Values) -> Losses:
        """See `Execution`."""
        logits = run_stacked(self._model, population, batch.inputs, batch.slots, batch.dropout_seeds)
        # The sum over replicas: each replica's gradient is that of its own mean.
        losses, memory = apply_loss(loss, logits, labels, values)
        losses = losses.mean(1)
        losses.sum().backward()  # type: ignore[no-untyped-call]
        return losses.detach(), None if memory is None else memory.detach()


class Looped:
    """One replica after the other, so that the activations of one are in memory at a time."""

    name = "looped"

    def __init__(self, model: nn.Module) -> None:
        self._model = model

    @torch.no_grad()
    def logits(self, population: Population, batch: Batch) -> Tensor:
        """See `Execution`."""
        self._model.eval()
        slots = batch.slots.tolist()
        return torch.stack([self._run(population.view(r), batch.inputs[slot]) for r, slot in enumerate(slots)])

    def backward(self, population: Population, batch: Batch, labels: Tensor, loss: Loss, values: Values) -> Losses:
        """See `Execution`."""
        assert batch.dropout_seeds is not None
        self._model.train()
        losses, memories = [], []
        with torch.random.fork_rng([batch.inputs.device] if batch.inputs.is_cuda else []):
            for replica, slot in enumerate(batch.slots.tolist()):
                torch.manual_seed(batch.dropout_seeds[slot])
                logits = self._run(population.view(replica), batch.inputs[slot])
                own = {name: value[replica : replica + 1] for name, value in values.items()}
                each, memory = apply_loss(loss, logits.unsqueeze(0), labels[replica : replica + 1], own)
                mean = each.mean()
                mean.backward()  # type: ignore[no-untyped-call]
                losses.append(mean.detach())
                memories += [] if memory is None else [memory.detach()]
        return torch.stack(losses), torch.cat(memories) if memories else None

    def _run(self, state: dict[str, Tensor], inputs: Tensor) -> Tensor:
        logits: Tensor = functional_call(self._model, state, (inputs,))
        return logits
