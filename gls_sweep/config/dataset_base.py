"""What the typed configurations of datasets have in common."""

from dataclasses import dataclass, field

from omegaconf import MISSING

from gls_sweep.config.checks import require, require_fraction
from gls_sweep.config.marks import IGNORED
from gls_sweep.errors import one_line

FOLD_TOLERANCE = 0.005  # so that 0.333 is a third


@dataclass
class DatasetConfig:
    """What every dataset has: how much of the training pool is held out as noisy validation data.

    With `fold` the pool falls into 1/`val_fraction` equal parts, and that one is held out: cross-validation.
    """

    _target_: str = MISSING
    name: str = field(default=MISSING, metadata=IGNORED)
    val_fraction: float = 0.25
    split_seed: int = 0
    fold: int | None = None

    def __post_init__(self) -> None:
        """Check the ranges."""
        require_fraction("dataset.val_fraction", self.val_fraction)
        require(self.split_seed >= 0, "dataset.split_seed", self.split_seed, "an integer of at least 0")
        if self.fold is not None:
            count_folds(self.val_fraction, self.fold)


@dataclass
class SplitDatasetConfig(DatasetConfig):
    """A dataset that comes in one piece: a part is held out as the test set."""

    test_fraction: float = 0.2

    def __post_init__(self) -> None:
        """Check the ranges."""
        super().__post_init__()
        require(0 < self.test_fraction < 1, "dataset.test_fraction", self.test_fraction, "a number in (0, 1)")


def count_folds(val_fraction: float, fold: int) -> int:
    """Give how many folds of this size there are; raises `UserError` unless `fold` is one of a whole number of them."""
    folds = round(1 / val_fraction) if val_fraction > 0 else 0
    whole = folds >= 2 and abs(val_fraction * folds - 1) < FOLD_TOLERANCE
    allowed = f"1/2, 1/3, 1/4, 1/5, ... with dataset.fold={one_line(fold)}; 0.2 for five folds"
    require(whole, "dataset.val_fraction", val_fraction, allowed)
    allowed = f"null, or 0 to {folds - 1} with dataset.val_fraction={val_fraction}"
    require(type(fold) is int and 0 <= fold < folds, "dataset.fold", fold, allowed)
    return folds


def require_limit(limit: int | None) -> None:
    """Require a usable `dataset.limit`."""
    require(limit is None or limit >= 2, "dataset.limit", limit, "null or an integer of at least 2")


def require_true_labels_beside(key: str, given: str | None, labels_are_true: bool) -> None:
    """Refuse noisy labels beside labels that are noisy themselves: a dataset has one or the other."""
    require(given is None or labels_are_true, key, given, "null with dataset.labels_are_true=false")
