"""Typed configuration of the losses."""

import math
from dataclasses import dataclass, field

from omegaconf import MISSING

from gls_sweep.config.checks import require, require_not_negative
from gls_sweep.config.marks import IGNORED


@dataclass
class LossConfig:
    """What every loss has; its other numbers are hyper-parameters, one value per replica."""

    _target_: str = MISSING
    name: str = field(default=MISSING, metadata=IGNORED)


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
    smooth_rate: float = 0.0
    wa: float = 0.0
    wb: float = 1.0

    def __post_init__(self) -> None:
        """Check the ranges."""
        finite = math.isfinite(self.smooth_rate)
        require(finite and self.smooth_rate <= 1, "loss.smooth_rate", self.smooth_rate, "a finite number of at most 1")
        require_not_negative("loss.wa", self.wa)
        require_not_negative("loss.wb", self.wb)
        require(self.wa + self.wb > 0, "loss.wb", self.wb, "above 0 where loss.wa is 0")


LOSSES: dict[str, type[LossConfig]] = {"loss": LossConfig, "ce": CeConfig, "gls": GlsConfig}
