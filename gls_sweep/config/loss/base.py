"""What all losses have in their configuration, and checks they share."""

from dataclasses import dataclass, field

from omegaconf import MISSING

from gls_sweep.config.checks import require, require_one_of
from gls_sweep.config.marks import IGNORED

ESTIMATORS = ("confident_joint", "anchor", "dual_t", "hoc")
DEFAULT_ESTIMATOR = "confident_joint"  # had the smallest errors of T and of the rate: experiment=estimators


@dataclass
class LossConfig:
    """What every loss has; its other numbers are hyper-parameters, one value per replica."""

    _target_: str = MISSING
    name: str = field(default=MISSING, metadata=IGNORED)


def require_share(key: str, value: float) -> None:
    """Require a number from 0 to 1, both included."""
    require(0 <= value <= 1, key, value, "a number in [0, 1]")


def used_estimator(estimator: str | None, used: bool) -> str | None:
    """Check the estimator of the transition matrix; give it where it is used: elsewhere it decides nothing."""
    if estimator is not None:
        require_one_of("loss.estimator", estimator, ESTIMATORS)
    return estimator or DEFAULT_ESTIMATOR if used else None
