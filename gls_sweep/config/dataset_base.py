"""What the typed configurations of datasets have in common."""

from dataclasses import dataclass, field

from omegaconf import MISSING

from gls_sweep.config.checks import require, require_fraction
from gls_sweep.config.marks import IGNORED


@dataclass
class DatasetConfig:
    """What every dataset has: how much of the training pool is held out as noisy validation data."""

    _target_: str = MISSING
    name: str = field(default=MISSING, metadata=IGNORED)
    val_fraction: float = 0.25
    split_seed: int = 0

    def __post_init__(self) -> None:
        """Check the ranges."""
        require_fraction("dataset.val_fraction", self.val_fraction)
        require(self.split_seed >= 0, "dataset.split_seed", self.split_seed, "an integer of at least 0")


@dataclass
class SplitDatasetConfig(DatasetConfig):
    """A dataset that comes in one piece: a part is held out as the test set."""

    test_fraction: float = 0.2

    def __post_init__(self) -> None:
        """Check the ranges."""
        super().__post_init__()
        require(0 < self.test_fraction < 1, "dataset.test_fraction", self.test_fraction, "a number in (0, 1)")


def require_limit(limit: int | None) -> None:
    """Require a usable `dataset.limit`."""
    require(limit is None or limit >= 2, "dataset.limit", limit, "null or an integer of at least 2")


def require_true_labels_beside(key: str, given: str | None, labels_are_true: bool) -> None:
    """Refuse noisy labels beside labels that are noisy themselves: a dataset has one or the other."""
    require(given is None or labels_are_true, key, given, "null with dataset.labels_are_true=false")
