"""Optimisers over stacked parameters: every update is elementwise, so a replica's update is its own.

These are torch's, by their functional form: making a `torch.optim.Optimizer` imports `torch._dynamo`, which takes each
worker process some three seconds. They are fused on GPUs, one launch for all parameters; not on CPUs, where that
changes a replica's last bits with the size of its population.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import torch
from torch import Tensor
from torch.optim.adam import adam
from torch.optim.adamw import adamw
from torch.optim.sgd import sgd

from gls_sweep.config.schedule import OptimizerConfig
from gls_sweep.training.layout import copy_like

Slots = dict[str, dict[str, Tensor]]
"""The optimiser's own tensors by parameter name, then by slot name."""


class Optimizer(Protocol):
    """Updates parameters by their gradients.

    Attributes
    ----------
    learning_rate : float
        Set before each epoch.
    parameters : list of Tensor
        What it updates.
    slots : dict of str to list of Tensor
        Its own tensors, one a parameter; empty before the first step.
    """

    learning_rate: float
    parameters: list[Tensor]
    slots: dict[str, list[Tensor]]

    def step(self) -> None:
        """Update the parameters in place."""


def make_optimizer(config: OptimizerConfig, parameters: Iterable[Tensor]) -> Optimizer:
    """Make the optimiser; its learning rate is set before each epoch."""
    return Sgd(config, list(parameters)) if config.name == "sgd" else Adam(config, list(parameters))


class Sgd:
    """SGD with momentum, as `torch.optim.SGD`."""

    def __init__(self, config: OptimizerConfig, parameters: list[Tensor]) -> None:
        self._config, self.parameters, self._fused = config, parameters, fusible(parameters)
        self.learning_rate = 0.0
        self.slots: dict[str, list[Tensor]] = {}

    @torch.no_grad()
    def step(self) -> None:
        """See `Optimizer`."""
        config = self._config
        buffers: list[Tensor | None] = list(self.slots.get("momentum_buffer", [None] * len(self.parameters)))
        sgd(
            self.parameters,
            gradients(self.parameters),
            buffers,
            fused=self._fused,
            weight_decay=config.weight_decay,
            momentum=config.momentum,
            lr=self.learning_rate,
            dampening=0.0,
            nesterov=config.nesterov,
            maximize=False,
        )
        if config.momentum:
            self.slots["momentum_buffer"] = [buffer for buffer in buffers if buffer is not None]


class Adam:
    """Adam or AdamW, as in `torch.optim`."""

    def __init__(self, config: OptimizerConfig, parameters: list[Tensor]) -> None:
        self._config, self.parameters, self._fused = config, parameters, fusible(parameters)
        self._update = adam if config.name == "adam" else adamw
        self.learning_rate = 0.0
        self.slots: dict[str, list[Tensor]] = {}

    @torch.no_grad()
    def step(self) -> None:
        """See `Optimizer`."""
        config = self._config
        if not self.slots:
            zeros = {name: [torch.zeros_like(p) for p in self.parameters] for name in ("exp_avg", "exp_avg_sq")}
            self.slots = {"step": [count_for(p) for p in self.parameters], **zeros}
        self._update(
            self.parameters,
            gradients(self.parameters),
            self.slots["exp_avg"],
            self.slots["exp_avg_sq"],
            [],
            self.slots["step"],
            fused=self._fused,
            amsgrad=False,
            beta1=config.beta1,
            beta2=config.beta2,
            lr=self.learning_rate,
            weight_decay=config.weight_decay,
            eps=1e-8,
            maximize=False,
        )


def fusible(parameters: list[Tensor]) -> bool:
    """Whether one launch updates all parameters."""
    return parameters[0].device.type == "cuda"


def count_for(parameter: Tensor) -> Tensor:
    """Make Adam's count of steps: beside a parameter on a GPU, where it is fused, else on the CPU."""
    return torch.zeros((), device=parameter.device)


def gradients(parameters: list[Tensor]) -> list[Tensor]:
    """Give the gradients, which a backward pass has left."""
    return [parameter.grad for parameter in parameters if parameter.grad is not None]


def named_slots(optimizer: Optimizer, names: list[str]) -> Slots:
    """Give the optimiser's own tensors (momentum and the like) by parameter name, then by slot name."""
    slots = optimizer.slots
    return {name: {slot: tensors[place] for slot, tensors in slots.items()} for place, name in enumerate(names)}


def restore_slots(optimizer: Optimizer, names: list[str], slots: Slots) -> None:
    """Put back what `named_slots` gave, on the device and in the layout of the parameters."""
    parameters = dict(zip(names, optimizer.parameters, strict=True))

    def restored(slot: Tensor, parameter: Tensor) -> Tensor:
        return copy_like(slot, parameter) if slot.dim() else slot.to(parameter.device)

    optimizer.slots = {
        slot: [restored(slots[name][slot], parameters[name]) for name in names] for slot in slots[names[0]]
    }
