"""Which way a population runs a model: a declared rule, so that the same work always runs in the same way.

A plain `nn.Sequential` of linear layers is `stacked`: one batched product serves all replicas. All other models are
`looped` on CPUs, where grouped convolutions change bits and gain little. On a GPU, a small one of plain layers is
`vmapped`, because its launches take longer than its arithmetic.
"""

import torch
from torch import nn

from gls_sweep.errors import UserError
from gls_sweep.training.compiled import call, compiled, require_compiler
from gls_sweep.training.forward import Execution
from gls_sweep.training.looped import Looped
from gls_sweep.training.stacked import Stacked, can_stack
from gls_sweep.training.vmapped import Vmapped, is_plain

VMAPPED_PARAMETERS = 500_000  # of a replica, at most; an estimate, which the crossover table of benchmarks.gpu settles


def make_execution(
    model: nn.Module, device: torch.device, precision: str, chosen: str = "auto", compile: bool = False
) -> Execution:
    """Make the execution of a model.

    `chosen` and `compile` are as in `choose`, which has accepted them.
    """
    way = choose(model, device, chosen, compile)
    if way == "stacked":
        return Stacked(model, precision)
    if way == "vmapped":
        return Vmapped(model, precision)
    return Looped(precision, compiled(device) if compile else call)


def choose(model: nn.Module, device: torch.device, chosen: str = "auto", compile: bool = False) -> str:
    """Name the way a model is to be run.

    Parameters
    ----------
    chosen : str
        `auto` for the rule, `looped` or `vmapped`.
    compile : bool
        Compile networks that are looped; others run as they are.

    Raises
    ------
    UserError
        If the model cannot be run as chosen, or there is no compiler.
    """
    way = by_rule(model, device) if chosen == "auto" else chosen
    if way == "vmapped":
        refuse_dropout(model)
    if way == "looped" and compile:
        require_compiler()
    return way


def by_rule(model: nn.Module, device: torch.device) -> str:
    """Apply the rule."""
    if isinstance(model, nn.Sequential) and can_stack(model):
        return "stacked"
    size = sum(parameter.numel() for parameter in model.parameters())
    small = is_plain(model) and size <= VMAPPED_PARAMETERS
    return "vmapped" if device.type == "cuda" and small else "looped"


def refuse_dropout(model: nn.Module) -> None:
    """Refuse a model whose masks would not come from the cell's own seed."""
    for layer in model.modules():
        if isinstance(layer, nn.modules.dropout._DropoutNd):
            kind = type(layer).__name__
            raise UserError(f"launcher.execution=vmapped: not for a model with {kind}; use auto or looped")
