"""Optimisers over stacked parameters: every update is elementwise, so a replica's update is its own."""

from collections.abc import Iterable

import torch

from gls_sweep.config.schedule import OptimizerConfig


def make_optimizer(config: OptimizerConfig, parameters: Iterable[torch.Tensor]) -> torch.optim.Optimizer:
    """Make the optimiser; its learning rate is set before each epoch.

    `fused=True` is not used: it changes a replica's last bits with the size of its population.
    """
    decay = config.weight_decay
    if config.name == "sgd":
        momentum, nesterov = config.momentum, config.nesterov
        return torch.optim.SGD(parameters, lr=0.0, momentum=momentum, nesterov=nesterov, weight_decay=decay)
    betas = (config.beta1, config.beta2)
    family = torch.optim.Adam if config.name == "adam" else torch.optim.AdamW
    return family(parameters, lr=0.0, betas=betas, weight_decay=decay)


def set_learning_rate(optimizer: torch.optim.Optimizer, value: float) -> None:
    """Set the learning rate of all parameters."""
    for group in optimizer.param_groups:
        group["lr"] = value


Slots = dict[str, dict[str, torch.Tensor]]


def optimizer_slots(optimizer: torch.optim.Optimizer, names: list[str]) -> Slots:
    """Give the optimiser's own tensors (momentum and the like) by parameter name, then by slot name."""
    parameters = optimizer.param_groups[0]["params"]
    return {name: dict(optimizer.state.get(parameter, {})) for name, parameter in zip(names, parameters, strict=True)}


def restore_slots(optimizer: torch.optim.Optimizer, names: list[str], slots: Slots) -> None:
    """Put back what `optimizer_slots` gave."""
    for name, parameter in zip(names, optimizer.param_groups[0]["params"], strict=True):
        # Adam's step count, a scalar, stays on the CPU.
        moved = {key: slot.to(parameter.device) if slot.dim() else slot for key, slot in slots[name].items()}
        optimizer.state[parameter].update(moved)
