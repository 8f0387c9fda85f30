"""What a trained network says of samples: class probabilities, and the features they are made from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.func import functional_call

from gls_sweep.data import Inputs, Standardiser
from gls_sweep.training.phase import EVALUATION_CHUNK
from gls_sweep.training.population import StateDict
from gls_sweep.training.precision import autocast

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Outputs:
    """A network's outputs for N samples.

    Attributes
    ----------
    probabilities
        [N, K] float64, rows sum to 1.
    features
        [N, D] float64, what goes into the last linear layer, the logits for a model without one; None if not asked for.
    """

    probabilities: FloatArray
    features: FloatArray | None


@torch.no_grad()
def predict(
    model: nn.Module,
    weights: StateDict,
    inputs: Inputs,
    standardise: Standardiser,
    precision: str,
    features: bool = False,
) -> Outputs:
    """Run one network in evaluation mode.

    Parameters
    ----------
    model
        Gives the layers, the device and the dtype; its own weights are not used.
    weights
        A state dict of the model.
    inputs
        [N, ...] as in `gls_sweep.data.Dataset`.
    precision
        As the key `precision`: `bfloat16` runs the network so.
    features
        Whether to keep them.
    """
    parameter = next(model.parameters())
    state = {name: tensor.to(parameter.device) for name, tensor in weights.items()}
    probabilities, kept = [], []
    with last_inputs(model) as seen:
        for start in range(0, len(inputs), EVALUATION_CHUNK):
            batch = standardise(inputs[start : start + EVALUATION_CHUNK], parameter.dtype)
            with autocast(precision, parameter.device):
                logits: Tensor = functional_call(model.eval(), state, (batch,))
            probabilities.append(logits.double().softmax(1).cpu().numpy())
            layer = seen.pop() if seen else logits
            kept += [layer.flatten(1).double().cpu().numpy()] if features else []
    return Outputs(np.concatenate(probabilities), np.concatenate(kept) if features else None)


@contextmanager
def last_inputs(model: nn.Module) -> Iterator[list[Tensor]]:
    """Collect what goes into a model's last linear layer, each time it runs."""
    seen: list[Tensor] = []
    linear = [layer for layer in model.modules() if isinstance(layer, nn.Linear)]

    def collect(_: nn.Module, inputs: tuple[Any, ...]) -> None:
        seen.append(inputs[0])

    hooks = [layer.register_forward_pre_hook(collect) for layer in linear[-1:]]
    try:
        yield seen
    finally:
        for hook in hooks:
            hook.remove()
