"""Typed configuration of cross entropy and generalized label smoothing."""

import sys
from dataclasses import dataclass, field
from typing import Any

from gls_sweep.config.checks import require, require_not_negative
from gls_sweep.config.loss.base import LossConfig, used_estimator
from gls_sweep.config.marks import IGNORED

AUTO = "auto"  # a smooth rate that the framework estimates from the network of the phase before


@dataclass
class CeConfig(LossConfig):
    """Cross entropy."""

    _target_: str = "gls_sweep.losses.ce"
    name: str = field(default="ce", metadata=IGNORED)


@dataclass
class GlsConfig(LossConfig):
    """Generalized label smoothing: wa * CE + wb * GLS(smooth_rate)."""

    _target_: str = "gls_sweep.losses.gls"
    name: str = field(default="gls", metadata=IGNORED)
    smooth_rate: Any = 0.0  # a float, or AUTO
    wa: float = 0.0
    wb: float = 1.0
    estimator: str | None = None

    def __post_init__(self) -> None:
        """Check the ranges; make a number of whatever was typed for one, so that -1 and -1.0 are the same cell."""
        self.smooth_rate = as_smooth_rate(self.smooth_rate)
        self.estimator = used_estimator(self.estimator, self.smooth_rate == AUTO)
        require_not_negative("loss.wa", self.wa)
        require_not_negative("loss.wb", self.wb)
        require(self.wa + self.wb > 0, "loss.wb", self.wb, "above 0 where loss.wa is 0")
        require(self.smooth_rate != AUTO or self.wa == 0, "loss.wa", self.wa, f"0 with loss.smooth_rate={AUTO}")


def as_smooth_rate(value: Any) -> float | str:
    """Give a smooth rate as a float, or `auto`; raises `UserError` for anything else."""
    if value == AUTO:
        return AUTO
    number = isinstance(value, int | float) and not isinstance(value, bool)
    in_range = number and -sys.float_info.max <= value <= 1
    require(in_range, "loss.smooth_rate", value, f"a finite number of at most 1, or {AUTO}")
    return float(value) + 0.0  # -0.0 is 0.0
