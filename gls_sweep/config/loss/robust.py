"""Typed configuration of the losses that need logits and labels only."""

from dataclasses import dataclass, field

from gls_sweep.config.checks import require, require_not_negative, require_positive
from gls_sweep.config.loss.base import LossConfig, require_share
from gls_sweep.config.marks import IGNORED


@dataclass
class BootstrapSoftConfig(LossConfig):
    """The label mixed with the predicted probabilities."""

    _target_: str = "gls_sweep.losses.bootstrap_soft"
    name: str = field(default="bootstrap_soft", metadata=IGNORED)
    beta: float = 0.95

    def __post_init__(self) -> None:
        """Check the range."""
        require_share("loss.beta", self.beta)


@dataclass
class BootstrapHardConfig(LossConfig):
    """The label mixed with the predicted class."""

    _target_: str = "gls_sweep.losses.bootstrap_hard"
    name: str = field(default="bootstrap_hard", metadata=IGNORED)
    beta: float = 0.8

    def __post_init__(self) -> None:
        """Check the range."""
        require_share("loss.beta", self.beta)


@dataclass
class MaeConfig(LossConfig):
    """Mean absolute error."""

    _target_: str = "gls_sweep.losses.mae"
    name: str = field(default="mae", metadata=IGNORED)


@dataclass
class GceConfig(LossConfig):
    """Generalized cross entropy."""

    _target_: str = "gls_sweep.losses.gce"
    name: str = field(default="gce", metadata=IGNORED)
    q: float = 0.7

    def __post_init__(self) -> None:
        """Check the range."""
        require(0 < self.q <= 1, "loss.q", self.q, "a number in (0, 1]; loss=ce is the limit for q towards 0")


@dataclass
class FocalConfig(LossConfig):
    """Focal loss."""

    _target_: str = "gls_sweep.losses.focal"
    name: str = field(default="focal", metadata=IGNORED)
    gamma: float = 2.0

    def __post_init__(self) -> None:
        """Check the range."""
        require_not_negative("loss.gamma", self.gamma)


@dataclass
class MixtureConfig(LossConfig):
    """A loss that is a sum of two: alpha * one + beta * the other."""

    alpha: float = 1.0
    beta: float = 1.0

    def __post_init__(self) -> None:
        """Check the ranges."""
        require_not_negative("loss.alpha", self.alpha)
        require_not_negative("loss.beta", self.beta)
        require(self.alpha + self.beta > 0, "loss.beta", self.beta, "above 0 where loss.alpha is 0")


@dataclass
class SceConfig(MixtureConfig):
    """Symmetric cross entropy: alpha * CE + beta * reverse CE."""

    _target_: str = "gls_sweep.losses.sce"
    name: str = field(default="sce", metadata=IGNORED)
    alpha: float = 0.1


@dataclass
class NceRceConfig(MixtureConfig):
    """APL: alpha * normalised CE + beta * reverse CE."""

    _target_: str = "gls_sweep.losses.nce_rce"
    name: str = field(default="nce_rce", metadata=IGNORED)


@dataclass
class NflMaeConfig(MixtureConfig):
    """APL: alpha * normalised focal loss + beta * mean absolute error."""

    _target_: str = "gls_sweep.losses.nfl_mae"
    name: str = field(default="nfl_mae", metadata=IGNORED)
    gamma: float = 0.5

    def __post_init__(self) -> None:
        """Check the ranges."""
        super().__post_init__()
        require_not_negative("loss.gamma", self.gamma)


@dataclass
class LogitClipConfig(LossConfig):
    """Cross entropy of logits of bounded norm."""

    _target_: str = "gls_sweep.losses.logit_clip"
    name: str = field(default="logit_clip", metadata=IGNORED)
    tau: float = 1.0

    def __post_init__(self) -> None:
        """Check the range."""
        require_positive("loss.tau", self.tau)
