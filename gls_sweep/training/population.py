"""Stacked weights: one model per replica, each tensor with a leading replica axis."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from gls_sweep.training.randomness import stream_seed

StateDict = dict[str, Tensor]


@dataclass
class Population:
    """Parameters and buffers of R replicas, each [R, ...] by their name in the model."""

    parameters: dict[str, Tensor]
    buffers: dict[str, Tensor]

    @classmethod
    def stack(cls, model: nn.Module, states: Sequence[StateDict], device: torch.device) -> "Population":
        """Stack state dicts of a model; the parameters become leaves that require gradients."""
        stacked = {name: torch.stack([state[name] for state in states]).to(device) for name in model.state_dict()}
        names = {name for name, _ in model.named_parameters()}
        return cls(
            {name: tensor.requires_grad_() for name, tensor in stacked.items() if name in names},
            {name: tensor for name, tensor in stacked.items() if name not in names},
        )

    def tensors(self) -> StateDict:
        """Give all tensors without their graph, [R, ...]."""
        return {name: tensor.detach() for name, tensor in (self.parameters | self.buffers).items()}

    def finite(self) -> Tensor:
        """Whether each replica's parameters are all finite, bool [R]."""
        checks = [tensor.detach().flatten(1).isfinite().all(1) for tensor in self.parameters.values()]
        return torch.stack(checks).all(0)


def select(tensors: StateDict, replica: int) -> StateDict:
    """Copy one replica out of stacked tensors, to the CPU."""
    return {name: tensor[replica].cpu().clone() for name, tensor in tensors.items()}


def fresh_model(build: Callable[[], nn.Module], seed: int, dtype: torch.dtype) -> nn.Module:
    """Build a model whose initial weights are drawn from its seed alone; the global generator is left as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(stream_seed(seed, "weights"))
        return build().to(dtype)
