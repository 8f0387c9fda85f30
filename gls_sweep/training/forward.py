"""How a population runs a model: one function applied to stacked parameters.

Two ways, chosen by a declared rule: a plain `nn.Sequential` of known layers is `stacked` (one batched product serves
all replicas), any other model is `looped` over its replicas. Both keep a replica's bits whatever the size of its
population. Convolutions and BatchNorm are looped: their grouped forms change bits, and gain little on CPUs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.func import functional_call

from gls_sweep.training.population import Population
from gls_sweep.training.stacked import can_stack, run_stacked

Loss = Callable[..., Tensor]


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


class Execution(Protocol):
    """Runs a population's forward and backward passes."""

    name: str

    def logits(self, population: Population, batch: Batch) -> Tensor:
        """Give the logits [R, B, K] without a graph, in evaluation mode."""

    def backward(
        self, population: Population, batch: Batch, labels: Tensor, loss: Loss, hyperparameters: dict[str, Tensor]
    ) -> Tensor:
        """Add the gradients of each replica's mean loss and give these losses [R].

        `labels` is [R, B], each hyper-parameter [R]. BatchNorm's statistics are updated in place.
        """


def apply_loss(loss: Loss, logits: Tensor, labels: Tensor, hyperparameters: dict[str, Tensor]) -> Tensor:
    """Give the per-sample losses [R, B] of logits [R, B, K], labels [R, B] and hyper-parameters [R]."""

    def one(logits: Tensor, labels: Tensor, values: dict[str, Tensor]) -> Tensor:
        return loss(logits, labels, **values)

    losses: Tensor = torch.func.vmap(one)(logits, labels, hyperparameters)
    return losses


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

    def backward(
        self, population: Population, batch: Batch, labels: Tensor, loss: Loss, hyperparameters: dict[str, Tensor]
    ) -> Tensor:
        """See `Execution`."""
        logits = run_stacked(self._model, population, batch.inputs, batch.slots, batch.dropout_seeds)
        # The sum over replicas: each replica's gradient is that of its own mean.
        losses = apply_loss(loss, logits, labels, hyperparameters).mean(1)
        losses.sum().backward()  # type: ignore[no-untyped-call]
        return losses.detach()


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

    def backward(
        self, population: Population, batch: Batch, labels: Tensor, loss: Loss, hyperparameters: dict[str, Tensor]
    ) -> Tensor:
        """See `Execution`."""
        assert batch.dropout_seeds is not None
        self._model.train()
        losses = []
        with torch.random.fork_rng([batch.inputs.device] if batch.inputs.is_cuda else []):
            for replica, slot in enumerate(batch.slots.tolist()):
                torch.manual_seed(batch.dropout_seeds[slot])
                logits = self._run(population.view(replica), batch.inputs[slot])
                own = {name: values[replica : replica + 1] for name, values in hyperparameters.items()}
                value = apply_loss(loss, logits.unsqueeze(0), labels[replica : replica + 1], own).mean()
                value.backward()  # type: ignore[no-untyped-call]
                losses.append(value.detach())
        return torch.stack(losses)

    def _run(self, state: dict[str, Tensor], inputs: Tensor) -> Tensor:
        logits: Tensor = functional_call(self._model, state, (inputs,))
        return logits
