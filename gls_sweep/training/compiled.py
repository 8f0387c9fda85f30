"""Networks by `torch.compile`, on GPUs as CUDA graphs."""

import os
import shutil
from collections.abc import Callable
from typing import TypeAlias, cast

import torch
from torch import Tensor, nn

from gls_sweep.errors import UserError

Network: TypeAlias = Callable[[nn.Module, Tensor], Tensor]
"""Runs a module on inputs."""

SHAPES = 64  # compiled at most, those of all cells of a process; torch would go on without compiling after 8


def call(module: nn.Module, inputs: Tensor) -> Tensor:
    """Run a module as it is."""
    return cast(Tensor, module(inputs))


def require_compiler() -> None:
    """Raise `UserError` where there is no C++ compiler, which torch needs on every device."""
    compiler = os.environ.get("CXX", "g++")
    if shutil.which(compiler) is None:
        raise UserError(f"launcher.compile=true: needs the C++ compiler {compiler}; install it, or name another by CXX")


def compiled(device: torch.device) -> Network:
    """Give `call` compiled: once for all replicas of a model, and for each of an epoch's two sizes of batches."""
    import torch._dynamo

    torch._dynamo.config.recompile_limit = SHAPES
    torch._dynamo.config.fail_on_recompile_limit_hit = True
    mode = "reduce-overhead" if device.type == "cuda" else "default"
    return cast(Network, torch.compile(call, dynamic=False, mode=mode))
