"""Layers with a leading replica axis: inputs [R, B, ...], weights [R, ...].

Between linear layers activations lie with the samples last, [R, D, B]: products need no transposed operand then, and
the softmax over a few classes, whose kernel for a short last axis is slow, runs over the samples.
"""

import torch
from torch import Tensor, nn

from gls_sweep.training.forward import Batch, Together
from gls_sweep.training.population import Population, StateDict
from gls_sweep.training.transfer import send

STACKABLE = (nn.Flatten, nn.Linear, nn.ReLU, nn.Dropout)


def can_stack(model: nn.Sequential) -> bool:
    """Whether every layer is one of `STACKABLE`, as it comes."""
    return all(type(layer) in STACKABLE and stacks_as_it_comes(layer) for layer in model)


def stacks_as_it_comes(layer: nn.Module) -> bool:
    """Whether a layer has none of the rarer options."""
    if isinstance(layer, nn.Flatten):
        return layer.start_dim == 1 and layer.end_dim == -1
    if isinstance(layer, nn.Linear):
        return layer.bias is not None
    return True


class Stacked(Together):
    """One batched product serves all replicas."""

    name = "stacked"

    def run(self, population: Population, batch: Batch) -> Tensor:
        """See `Together`."""
        return run_stacked(self._model, population.parameters, batch)


def run_stacked(model: nn.Module, parameters: StateDict, batch: Batch) -> Tensor:
    """Run all replicas at once, giving logits [R, B, K], laid out [R, K, B]; without dropout seeds in evaluation mode.

    A population of one runs as two equal replicas: the library's product for a single small matrix sums in another
    order than its batched product, and a cell's bits must not depend on its pack.
    """
    own, slots = batch.of_replicas(), batch.slots.index
    replicas = len(own)
    if replicas == 1:
        parameters = {name: tensor.expand(2, *tensor.shape[1:]) for name, tensor in parameters.items()}
        own, slots = own.expand(2, *own.shape[1:]), slots.expand(2)
    hidden = own.flatten(2).transpose(1, 2)
    training = batch.dropout_seeds is not None
    generators = [torch.Generator().manual_seed(seed) for seed in batch.dropout_seeds or []]
    for name, layer in model.named_children():
        if isinstance(layer, nn.Linear):
            hidden = torch.baddbmm(parameters[f"{name}.bias"].unsqueeze(2), parameters[f"{name}.weight"], hidden)
        elif isinstance(layer, nn.ReLU):
            hidden = hidden.relu()
        elif isinstance(layer, nn.Dropout) and training:
            hidden = dropout(hidden, layer.p, slots, generators)
    return hidden[:replicas].transpose(1, 2)


def dropout(hidden: Tensor, rate: float, slots: Tensor, generators: list[torch.Generator]) -> Tensor:
    """Drop units of [R, D, B] by masks drawn per seed on the CPU and handed to the replicas of that seed."""
    draws = torch.stack([torch.rand(hidden.shape[1:], generator=generator) for generator in generators])
    keep = (draws >= rate).to(hidden.dtype) / (1 - rate)
    return hidden * send(keep, hidden.device)[slots]
