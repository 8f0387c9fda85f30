"""Optimisers over stacked parameters: every update is elementwise, so a replica's update is its own.

These are torch's, by their functional form: making a `torch.optim.Optimizer` imports `torch._dynamo`, which takes each
worker process some three seconds. They are fused on GPUs, one launch for all parameters; not on CPUs, where that
changes a replica's last bits with the size of its population.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

import torch
from torch import Tensor
from torch.optim.adam import adam
from torch.optim.adamw import adamw
from torch.optim.sgd import sgd

from gls_sweep.config.schedule import OptimizerConfig
from gls_sweep.training.layout import copy_like

State = dict[str, dict[str, Tensor]]
"""The optimiser's own tensors, momentum and the like, by parameter name, then by their own."""


class Optimizer(ABC):
    """Updates parameters by their gradients.

    Attributes
    ----------
    learning_rate : float
        Set before each epoch.
    parameters : list of Tensor
        What it updates.
    state : dict of str to list of Tensor
        Its own tensors, one a parameter; empty before the first step.
    """

    def __init__(self, config: OptimizerConfig, parameters: list[Tensor]) -> None:
        self._config, self.parameters, self._fused = config, parameters, fusible(parameters)
        self.learning_rate = 0.0
        self.state: dict[str, list[Tensor]] = {}

    @abstractmethod
    def step(self) -> None:
        """Update the parameters in place."""


def make_optimizer(config: OptimizerConfig, parameters: Iterable[Tensor]) -> Optimizer:
    """Make the optimiser; its learning rate is set before each epoch."""
    return Sgd(config, list(parameters)) if config.name == "sgd" else Adam(config, list(parameters))


class Sgd(Optimizer):
    """SGD with momentum, as `torch.optim.SGD`."""

    @torch.no_grad()
    def step(self) -> None:
        """See `Optimizer`."""
        config = self._config
        buffers: list[Tensor | None] = list(self.state.get("momentum_buffer", [None] * len(self.parameters)))
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
            self.state["momentum_buffer"] = [buffer for buffer in buffers if buffer is not None]


class Adam(Optimizer):
    """Adam or AdamW, as in `torch.optim`."""

    @torch.no_grad()
    def step(self) -> None:
        """See `Optimizer`."""
        config = self._config
        if not self.state:
            moments = {name: [torch.zeros_like(p) for p in self.parameters] for name in ("exp_avg", "exp_avg_sq")}
            # The count of steps lies beside its parameter: a fused update on a GPU counts there.
            self.state = {"step": [torch.zeros((), device=p.device) for p in self.parameters], **moments}
        update = adam if config.name == "adam" else adamw
        update(
            self.parameters,
            gradients(self.parameters),
            self.state["exp_avg"],
            self.state["exp_avg_sq"],
            [],
            self.state["step"],
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


def gradients(parameters: list[Tensor]) -> list[Tensor]:
    """Give the gradients, which all parameters of a population have."""
    return [parameter.grad for parameter in parameters if parameter.grad is not None]


def named_state(optimizer: Optimizer, names: list[str]) -> State:
    """Give the optimiser's own tensors by parameter name, then by their own."""
    return {name: {key: own[place] for key, own in optimizer.state.items()} for place, name in enumerate(names)}


def restore_state(optimizer: Optimizer, names: list[str], state: State) -> None:
    """Put back what `named_state` gave, on the device and in the layout of the parameters."""
    parameters = dict(zip(names, optimizer.parameters, strict=True))

    def restored(own: Tensor, parameter: Tensor) -> Tensor:
        return copy_like(own, parameter) if own.dim() else own.to(parameter.device)

    optimizer.state = {key: [restored(state[name][key], parameters[name]) for name in names] for key in state[names[0]]}
