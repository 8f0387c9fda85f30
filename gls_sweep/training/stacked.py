"""Layers with a leading replica axis: inputs [R, B, ...], weights [R, ...]."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional as F

if TYPE_CHECKING:
    from gls_sweep.training.forward import Batch

Tensors = Mapping[str, Tensor]
STACKABLE = (nn.Flatten, nn.Linear, nn.ReLU, nn.BatchNorm1d, nn.Dropout)


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


def run_stacked(model: nn.Sequential, parameters: Tensors, buffers: Tensors, batch: Batch) -> Tensor:
    """Run all replicas at once, giving logits [R, B, K].

    A population of one runs as two equal replicas: the library's product for a single small matrix sums in another
    order than its batched product, and a cell's bits must not depend on its pack.
    """
    replicas = len(batch.slots)
    if replicas == 1:
        parameters = {name: tensor.expand(2, *tensor.shape[1:]) for name, tensor in parameters.items()}
    slots = batch.slots.expand(max(replicas, 2))
    single = len(batch.inputs) == 1
    hidden = batch.inputs.expand(len(slots), *batch.inputs.shape[1:]) if single else batch.inputs[slots]
    generators = None if batch.dropout_seeds is None else [seeded(seed) for seed in batch.dropout_seeds]
    for name, layer in model.named_children():
        if isinstance(layer, nn.Flatten):
            hidden = hidden.flatten(2)
        elif isinstance(layer, nn.Linear):
            bias, weight = parameters[f"{name}.bias"], parameters[f"{name}.weight"]
            hidden = torch.baddbmm(bias.unsqueeze(1), hidden, weight.transpose(1, 2))
        elif isinstance(layer, nn.ReLU):
            hidden = hidden.relu()
        elif isinstance(layer, nn.BatchNorm1d):
            hidden = batch_norm(hidden, layer, name, parameters, buffers, batch.training)
        elif isinstance(layer, nn.Dropout) and generators is not None:
            hidden = dropout(hidden, layer.p, slots, generators)
    return hidden[:replicas]


def batch_norm(
    hidden: Tensor, layer: nn.BatchNorm1d, name: str, parameters: Tensors, buffers: Tensors, training: bool
) -> Tensor:
    """Normalise [R, B, D] as R*D channels, so that each replica has its own statistics."""
    replicas, _, width = hidden.shape
    weight, bias = parameters[f"{name}.weight"].reshape(-1), parameters[f"{name}.bias"].reshape(-1)
    # The second of two equal replicas (a population of one) works on copies of the statistics.
    mean, variance = (buffers[f"{name}.{key}"].view(-1) for key in ("running_mean", "running_var"))
    pair = mean.numel() < weight.numel()
    statistics = (mean.repeat(2), variance.repeat(2)) if pair else (mean, variance)
    channels = hidden.transpose(0, 1).reshape(-1, replicas * width)
    assert layer.momentum is not None
    out = F.batch_norm(channels, *statistics, weight, bias, training, layer.momentum, layer.eps)
    if training:
        buffers[f"{name}.num_batches_tracked"].add_(1)
        if pair:
            mean.copy_(statistics[0][:width])
            variance.copy_(statistics[1][:width])
    return out.view(-1, replicas, width).transpose(0, 1)


def dropout(hidden: Tensor, rate: float, slots: Tensor, generators: list[torch.Generator]) -> Tensor:
    """Drop units with masks drawn per seed on the CPU, [S, B, D], and handed to the replicas of that seed."""
    draws = torch.stack([torch.rand(hidden.shape[1:], generator=generator) for generator in generators])
    keep = (draws >= rate).to(hidden.device, hidden.dtype) / (1 - rate)
    return hidden * keep[slots]


def seeded(seed: int) -> torch.Generator:
    """Make a CPU generator from a seed."""
    return torch.Generator().manual_seed(seed)
