"""Multi-layer perceptron."""

import math
from collections.abc import Sequence

from torch import nn

from gls_sweep.errors import UserError


def mlp(
    *,
    input_shape: tuple[int, ...],
    num_classes: int,
    hidden: Sequence[int],
    dropout: float = 0.0,
    batch_norm: bool = False,
) -> nn.Sequential:
    """Build a perceptron with ReLU, from torch's global generator.

    Parameters
    ----------
    input_shape : tuple of int
        Shape of one input; it is flattened.
    num_classes : int
        K.
    hidden : sequence of int
        Units of each hidden layer, each at least 1; none makes it logistic regression.
    dropout : float
        Chance to drop a hidden unit, in ``[0, 1)``; 0 leaves the layer out.
    batch_norm : bool
        Normalise each hidden layer before its ReLU.

    Returns
    -------
    nn.Sequential
        ``[B, *input_shape]`` to logits ``[B, K]``; plain layers only, so that an engine can stack replicas.

    Raises
    ------
    UserError
        If `hidden` or `dropout` is out of range.
    """
    if any(units < 1 for units in hidden):
        raise UserError(f"model.hidden = {list(hidden)}: every layer needs at least 1 unit; [] leaves them out")
    if not 0 <= dropout < 1:
        raise UserError(f"model.dropout = {dropout}: must be at least 0 and below 1")
    layers: list[nn.Module] = [nn.Flatten()]
    width = math.prod(input_shape)
    for units in hidden:
        layers.append(nn.Linear(width, units))
        if batch_norm:
            layers.append(nn.BatchNorm1d(units))
        layers.append(nn.ReLU())
        if dropout > 0:
            layers.append(nn.Dropout(dropout))
        width = units
    return nn.Sequential(*layers, nn.Linear(width, num_classes))
