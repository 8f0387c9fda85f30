"""Typed configuration of the losses that ask the engine for more than logits and labels."""

from dataclasses import dataclass, field
from typing import Any

from gls_sweep.config.checks import require, require_not_negative, require_one_of
from gls_sweep.config.loss.base import LossConfig, require_share, used_estimator
from gls_sweep.config.marks import IGNORED, WORD_OR_CONTENT

TRUE, ESTIMATED = "true", "estimated"


@dataclass
class CorrectedConfig(LossConfig):
    """A loss corrected by the transition matrix of `transition`: TRUE, ESTIMATED, a file, or rows."""

    transition: Any = field(default=ESTIMATED, metadata=WORD_OR_CONTENT)
    estimator: str | None = None

    def __post_init__(self) -> None:
        """Check that it names a matrix; what is in it is checked where it is read."""
        value = TRUE if self.transition is True else self.transition  # the word, as YAML and Hydra read it
        named = isinstance(value, str) and (value in (TRUE, ESTIMATED) or value.endswith((".npy", ".csv")))
        rows = isinstance(value, list) and len(value) > 1 and all(isinstance(row, list) for row in value)
        allowed = f"{TRUE}, {ESTIMATED}, a .npy or .csv file, or rows such as [[0.9,0.1],[0.3,0.7]]"
        require(named or rows, "loss.transition", value, allowed)
        self.transition = [[as_number(entry) for entry in row] for row in value] if rows else value
        self.estimator = used_estimator(self.estimator, value == ESTIMATED)


def as_number(entry: Any) -> Any:
    """Make 1.0 of 1, so that both are the same cell; what is no number is told where the matrix is read."""
    return float(entry) if isinstance(entry, int) and not isinstance(entry, bool) else entry


@dataclass
class ForwardConfig(CorrectedConfig):
    """Forward correction."""

    _target_: str = "gls_sweep.losses.forward"
    name: str = field(default="forward", metadata=IGNORED)


@dataclass
class BackwardConfig(CorrectedConfig):
    """Backward correction."""

    _target_: str = "gls_sweep.losses.backward"
    name: str = field(default="backward", metadata=IGNORED)


@dataclass
class PeerConfig(LossConfig):
    """Peer loss."""

    _target_: str = "gls_sweep.losses.peer"
    name: str = field(default="peer", metadata=IGNORED)
    alpha: float = 1.0

    def __post_init__(self) -> None:
        """Check the range."""
        require_not_negative("loss.alpha", self.alpha)


@dataclass
class TotalVariationConfig(LossConfig):
    """The f-divergence of total variation, with a peer."""

    _target_: str = "gls_sweep.losses.total_variation"
    name: str = field(default="total_variation", metadata=IGNORED)


@dataclass
class CoresConfig(LossConfig):
    """CORES²: confidence regularisation and sample sieve."""

    _target_: str = "gls_sweep.losses.cores"
    name: str = field(default="cores", metadata=IGNORED)
    beta: float = 2.0
    prior: str = "labels"
    sieve: bool = True

    def __post_init__(self) -> None:
        """Check the ranges."""
        require_not_negative("loss.beta", self.beta)
        require_one_of("loss.prior", self.prior, ["labels", "uniform"])


@dataclass
class NegativeLearningConfig(LossConfig):
    """Negative learning: the first stage of NLNL."""

    _target_: str = "gls_sweep.losses.negative_learning"
    name: str = field(default="negative_learning", metadata=IGNORED)


@dataclass
class ComplementaryConfig(LossConfig):
    """Learning from complementary labels."""

    _target_: str = "gls_sweep.losses.complementary"
    name: str = field(default="complementary", metadata=IGNORED)


@dataclass
class ElrConfig(LossConfig):
    """Early-learning regularisation."""

    _target_: str = "gls_sweep.losses.elr"
    name: str = field(default="elr", metadata=IGNORED)
    beta: float = 0.7
    weight: float = 3.0

    def __post_init__(self) -> None:
        """Check the ranges."""
        require_share("loss.beta", self.beta)
        require_not_negative("loss.weight", self.weight)
