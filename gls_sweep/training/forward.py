"""The forward pass of a population: one model's function, applied to stacked parameters.

Two ways, chosen by a declared rule: a plain `nn.Sequential` of known layers is stacked (one batched product serves all
replicas), any other model is looped over its replicas within one graph. Both keep a replica's bits whatever the size
of its population. Convolutions are looped because grouped convolutions change bits and gain little on CPUs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.func import functional_call

from gls_sweep.training.stacked import can_stack, run_stacked

Tensors = Mapping[str, Tensor]


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
    dropout_seeds: list[int] | None

    @property
    def training(self) -> bool:
        """Whether this is a training step."""
        return self.dropout_seeds is not None


Forward = Callable[[Tensors, Tensors, Batch], Tensor]


def make_forward(model: nn.Module) -> tuple[str, Forward]:
    """Choose how a model is run over its replicas.

    Returns
    -------
    tuple of str and callable
        `stacked` or `looped`, and a function from stacked parameters [R, ...], stacked buffers [R, ...] and a batch
        to logits [R, B, K]. Buffers (BatchNorm's statistics) are updated in place in training.
    """
    if isinstance(model, nn.Sequential) and can_stack(model):
        return "stacked", lambda parameters, buffers, batch: run_stacked(model, parameters, buffers, batch)
    return "looped", lambda parameters, buffers, batch: run_looped(model, parameters, buffers, batch)


def run_looped(model: nn.Module, parameters: Tensors, buffers: Tensors, batch: Batch) -> Tensor:
    """Run each replica on its own, in one graph."""
    # unbind, not indexing: its backward writes each replica's gradient once instead of R times.
    split = {name: tensor.unbind(0) for name, tensor in parameters.items()}
    logits = []
    model.train(batch.training)
    devices = [batch.inputs.device] if batch.inputs.is_cuda else []
    with torch.random.fork_rng(devices):
        for replica, slot in enumerate(batch.slots.tolist()):
            if batch.dropout_seeds is not None:
                torch.manual_seed(batch.dropout_seeds[slot])
            state = {name: tensors[replica] for name, tensors in split.items()}
            state |= {name: tensor[replica] for name, tensor in buffers.items()}
            logits.append(functional_call(model, state, (batch.inputs[slot],)))
    return torch.stack(logits)
