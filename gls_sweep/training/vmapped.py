"""All replicas of a network in one graph, by `torch.func.vmap` over their stacked weights."""

import torch
from torch import Tensor, nn
from torch.func import functional_call

from gls_sweep.training.forward import Batch, Together
from gls_sweep.training.population import Population, StateDict

PLAIN = (
    *(nn.Flatten, nn.Identity, nn.Linear, nn.ReLU, nn.LeakyReLU),
    *(nn.Conv2d, nn.BatchNorm1d, nn.BatchNorm2d, nn.MaxPool2d, nn.AvgPool2d, nn.AdaptiveAvgPool2d),
)
"""Layers that are known to run so, and to draw no random numbers."""


def is_plain(model: nn.Module) -> bool:
    """Whether a model is a sequence of `PLAIN` layers."""
    return isinstance(model, nn.Sequential) and all(type(layer) in PLAIN for layer in model)


class Vmapped(Together):
    """Convolutions become grouped ones, BatchNorm one of all replicas' channels.

    A layer that draws random numbers is an error: the draws would not be the cell's own.
    """

    name = "vmapped"

    def run(self, population: Population, batch: Batch) -> Tensor:
        """See `Together`."""
        self._model.train(batch.dropout_seeds is not None)
        inputs = batch.inputs[0] if batch.shared else batch.of_replicas()
        # Channels last, average pooling under vmap would be a loop over the replicas.
        parameters = {name: tensor.contiguous() for name, tensor in population.parameters.items()}
        run = torch.func.vmap(self._one, in_dims=(0, 0, None if batch.shared else 0), randomness="error")
        logits: Tensor = run(parameters, population.buffers, inputs)
        return logits

    def _one(self, parameters: StateDict, buffers: StateDict, inputs: Tensor) -> Tensor:
        logits: Tensor = functional_call(self._model, (parameters, buffers), (inputs,))
        return logits
