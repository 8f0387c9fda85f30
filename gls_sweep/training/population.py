"""Stacked weights: one model per replica, each tensor with a leading replica axis."""

import copy
import functools
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from gls_sweep.errors import UserError
from gls_sweep.training.layout import weights_channels_last
from gls_sweep.training.randomness import stream_seed

StateDict = dict[str, Tensor]


class Population:
    """Parameters and buffers of R replicas.

    Attributes
    ----------
    parameters, buffers : dict of str to Tensor
        [R, ...] by their name in the model; parameters are leaves that require gradients, and have them: zero at first.

    Raises
    ------
    UserError
        If layers of the model share a parameter.
    """

    def __init__(self, model: nn.Module, states: Sequence[StateDict], device: torch.device) -> None:
        refuse_shared_parameters(model)
        names = {name for name, _ in model.named_parameters()}
        stacked = {name: stack([state[name] for state in states], device) for name in model.state_dict()}
        self.parameters = {name: tensor.requires_grad_() for name, tensor in stacked.items() if name in names}
        self.buffers = {name: tensor for name, tensor in stacked.items() if name not in names}
        for tensor in self.parameters.values():
            tensor.grad = torch.zeros_like(tensor)
        self._model, self._size = model, len(states)

    @functools.cached_property
    def replicas(self) -> list[nn.Module]:
        """The replicas one by one, as modules whose weights share memory, gradients included, with the stacked ones."""
        return [self._make_replica(number) for number in range(self._size)]

    def _make_replica(self, number: int) -> nn.Module:
        replica = copy.deepcopy(self._model)
        replica.load_state_dict({name: tensor[number] for name, tensor in self.tensors().items()}, assign=True)
        for name, parameter in replica.named_parameters():
            gradient = self.parameters[name].grad
            assert gradient is not None
            parameter.grad = gradient[number]
        return replica

    def zero_gradients(self) -> None:
        """Set all gradients to zero, in place: those of the replicas are views of them."""
        torch._foreach_zero_([tensor.grad for tensor in self.parameters.values() if tensor.grad is not None])

    def tensors(self) -> StateDict:
        """Give all stacked tensors without their graph."""
        return {name: tensor.detach() for name, tensor in (self.parameters | self.buffers).items()}

    def finite(self) -> Tensor:
        """Whether each replica's parameters are all finite, bool [R]."""
        checks = [tensor.detach().flatten(1).isfinite().all(1) for tensor in self.parameters.values()]
        return torch.stack(checks).all(0)


def stack(tensors: Sequence[Tensor], device: torch.device) -> Tensor:
    """Stack tensors on the device, laid out as the engine wants them."""
    return weights_channels_last(torch.stack(list(tensors)).to(device))


def refuse_shared_parameters(model: nn.Module) -> None:
    """Refuse a model in which a parameter has two names: its copies would go apart."""
    names = [name for name, _ in model.named_parameters(remove_duplicate=False)]
    shared = set(names) - {name for name, _ in model.named_parameters()}
    if shared:
        raise UserError(f"model: layers share the parameter {min(shared)}, which cannot be trained; give each its own")


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
