"""Stacked weights: one model per replica, each tensor with a leading replica axis."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from gls_sweep.training.randomness import stream_seed

StateDict = dict[str, Tensor]


class Population:
    """Parameters and buffers of R replicas.

    Attributes
    ----------
    parameters, buffers : dict of str to Tensor
        [R, ...] by their name in the model; parameters are leaves that require gradients.
    """

    def __init__(self, model: nn.Module, states: Sequence[StateDict], device: torch.device) -> None:
        stacked = {name: torch.stack([state[name] for state in states]).to(device) for name in model.state_dict()}
        names = {name for name, _ in model.named_parameters()}
        self.parameters = {name: tensor.requires_grad_() for name, tensor in stacked.items() if name in names}
        self.buffers = {name: tensor for name, tensor in stacked.items() if name not in names}
        self._views = [self._make_view(replica) for replica in range(len(states))]

    def _make_view(self, replica: int) -> StateDict:
        leaves = {name: tensor.detach()[replica].requires_grad_() for name, tensor in self.parameters.items()}
        return leaves | {name: tensor[replica] for name, tensor in self.buffers.items()}

    def view(self, replica: int) -> StateDict:
        """Give one replica's weights as leaves that share memory, gradients included, with the stacked ones."""
        return self._views[replica]

    def zero_gradients(self) -> None:
        """Set all gradients to zero, allocating them the first time."""
        for name, tensor in self.parameters.items():
            if tensor.grad is None:
                tensor.grad = torch.zeros_like(tensor)
                for replica, view in enumerate(self._views):
                    view[name].grad = tensor.grad[replica]
            else:
                tensor.grad.zero_()

    def tensors(self) -> StateDict:
        """Give all stacked tensors without their graph."""
        return {name: tensor.detach() for name, tensor in (self.parameters | self.buffers).items()}

    def finite(self) -> Tensor:
        """Whether each replica's parameters are all finite, bool [R]."""
        checks = [tensor.detach().flatten(1).isfinite().all(1) for tensor in self.parameters.values()]
        return torch.stack(checks).all(0)


def copy_tensors(tensors: StateDict) -> StateDict:
    """Copy tensors where they are."""
    return {name: tensor.clone() for name, tensor in tensors.items()}


def select(tensors: StateDict, replica: int) -> StateDict:
    """Copy one replica out of stacked tensors, to the CPU."""
    return {name: tensor[replica].cpu().clone() for name, tensor in tensors.items()}


def fresh_model(build: Callable[[], nn.Module], seed: int, dtype: torch.dtype) -> nn.Module:
    """Build a model whose initial weights are drawn from its seed alone; the global generator is left as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(stream_seed(seed, "weights"))
        return build().to(dtype)
