"""Sweeps of generalized label smoothing over smooth rates, noise and seeds."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gls_sweep.losses import GLSLoss, gls_loss, optimal_smooth_rate
    from gls_sweep.results import load_table

__all__ = ["GLSLoss", "gls_loss", "load_table", "optimal_smooth_rate"]

# Imported when they are asked for: `gls-sweep --help` must not wait for torch.
_HOMES = {
    "GLSLoss": "gls_sweep.losses",
    "gls_loss": "gls_sweep.losses",
    "optimal_smooth_rate": "gls_sweep.losses",
    "load_table": "gls_sweep.results",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'gls_sweep' has no attribute {name!r}")
