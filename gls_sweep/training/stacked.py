"""Layers with a leading replica axis: inputs [R, B, ...], weights [R, ...]."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gls_sweep.training.population import Population, StateDict

STACKABLE = (nn.Flatten, nn.Linear, nn.ReLU, nn.BatchNorm1d, nn.Dropout)
STATISTICS = ("running_mean", "running_var", "num_batches_tracked")


def can_stack(model: nn.Sequential) -> bool:
    """Whether every layer is one of `STACKABLE`, as it comes."""
    return all(type(layer) in STACKABLE and stacks_as_it_comes(layer) for layer in model)


def stacks_as_it_comes(layer: nn.Module) -> bool:
    """Whether a layer has none of the rarer options."""
    if isinstance(layer, nn.Flatten):
        return layer.start_dim == 1 and layer.end_dim == -1
    if isinstance(layer, nn.Linear):
        return layer.bias is not None
    if isinstance(layer, nn.BatchNorm1d):
        return layer.affine and layer.track_running_stats and layer.momentum is not None
    return True


def run_stacked(
    model: nn.Sequential, population: Population, inputs: Tensor, slots: Tensor, dropout_seeds: list[int] | None
) -> Tensor:
    """Run all replicas at once, giving logits [R, B, K]; without dropout seeds in evaluation mode.

    A population of one runs as two equal replicas: the library's product for a single small matrix sums in another
    order than its batched product, and a cell's bits must not depend on its pack.
    """
    replicas = len(slots)
    parameters = population.parameters
    if replicas == 1:
        parameters = {name: tensor.expand(2, *tensor.shape[1:]) for name, tensor in parameters.items()}
        slots = slots.expand(2)
    hidden = inputs.expand(len(slots), *inputs.shape[1:]) if len(inputs) == 1 else inputs[slots]
    training = dropout_seeds is not None
    generators = [torch.Generator().manual_seed(seed) for seed in dropout_seeds or []]
    for name, layer in model.named_children():
        if isinstance(layer, nn.Flatten):
            hidden = hidden.flatten(2)
        elif isinstance(layer, nn.Linear):
            bias, weight = parameters[f"{name}.bias"], parameters[f"{name}.weight"]
            hidden = torch.baddbmm(bias.unsqueeze(1), hidden, weight.transpose(1, 2))
        elif isinstance(layer, nn.ReLU):
            hidden = hidden.relu()
        elif isinstance(layer, nn.BatchNorm1d):
            own = {key: parameters[f"{name}.{key}"] for key in ("weight", "bias")}
            hidden = batch_norm(
                hidden, layer, own, {k: population.buffers[f"{name}.{k}"] for k in STATISTICS}, training
            )
        elif isinstance(layer, nn.Dropout) and training:
            hidden = dropout(hidden, layer.p, slots, generators)
    return hidden[:replicas]


def batch_norm(hidden: Tensor, layer: nn.BatchNorm1d, own: StateDict, statistics: StateDict, training: bool) -> Tensor:
    """Normalise [R, B, D] as R*D channels, so that each replica has its own statistics, updated in place."""
    replicas, _, width = hidden.shape
    mean, variance = statistics["running_mean"], statistics["running_var"]
    # A population of one runs as two: both start from, and lead to, the same statistics.
    running = [tensor.expand(replicas, -1).reshape(-1) for tensor in (mean, variance)]
    channels = hidden.transpose(0, 1).reshape(-1, replicas * width)
    weight, bias = own["weight"].reshape(-1), own["bias"].reshape(-1)
    assert layer.momentum is not None
    out = F.batch_norm(channels, running[0], running[1], weight, bias, training, layer.momentum, layer.eps)
    if training:
        for tensor, updated in zip((mean, variance), running, strict=True):
            tensor.copy_(updated.view(replicas, width)[: len(tensor)])
        statistics["num_batches_tracked"].add_(1)
    return out.view(-1, replicas, width).transpose(0, 1)


def dropout(hidden: Tensor, rate: float, slots: Tensor, generators: list[torch.Generator]) -> Tensor:
    """Drop units with masks drawn per seed on the CPU, [S, B, D], and handed to the replicas of that seed."""
    draws = torch.stack([torch.rand(hidden.shape[1:], generator=generator) for generator in generators])
    keep = (draws >= rate).to(hidden.device, hidden.dtype) / (1 - rate)
    return hidden * keep[slots]
