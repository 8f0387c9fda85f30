"""Typed configuration of the datasets."""

from dataclasses import dataclass, field

from omegaconf import MISSING

from gls_sweep.config.checks import require, require_fraction
from gls_sweep.config.marks import CONTENT, IGNORED


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


@dataclass
class DigitsConfig(SplitDatasetConfig):
    """scikit-learn's 1,797 handwritten digits of 8x8 pixels."""

    _target_: str = "gls_sweep.data.digits"
    name: str = field(default="digits", metadata=IGNORED)


@dataclass
class BreastCancerConfig(SplitDatasetConfig):
    """scikit-learn's breast cancer table: 569 samples, 30 features, 2 classes."""

    _target_: str = "gls_sweep.data.breast_cancer"
    name: str = field(default="breast_cancer", metadata=IGNORED)


@dataclass
class TwonormConfig(DatasetConfig):
    """Breiman's twonorm, drawn by formula."""

    _target_: str = "gls_sweep.data.twonorm"
    name: str = field(default="twonorm", metadata=IGNORED)
    size: int = 5920
    test_size: int = 1480

    def __post_init__(self) -> None:
        """Check the ranges."""
        super().__post_init__()
        require(self.size >= 2, "dataset.size", self.size, "an integer of at least 2")
        require(self.test_size >= 2, "dataset.test_size", self.test_size, "an integer of at least 2")


@dataclass
class CifarConfig(DatasetConfig):
    """CIFAR in torchvision's own files."""

    root: str = field(default="data", metadata=IGNORED)
    download: bool = field(default=True, metadata=IGNORED)
    augment: bool = True


@dataclass
class Cifar10Config(CifarConfig):
    """CIFAR-10."""

    _target_: str = "gls_sweep.data.cifar10"
    name: str = field(default="cifar10", metadata=IGNORED)


@dataclass
class Cifar100Config(CifarConfig):
    """CIFAR-100."""

    _target_: str = "gls_sweep.data.cifar100"
    name: str = field(default="cifar100", metadata=IGNORED)


@dataclass
class ParquetConfig(DatasetConfig):
    """Images in Parquet files as Hugging Face stores them."""

    _target_: str = "gls_sweep.data.parquet"
    name: str = field(default="parquet", metadata=IGNORED)
    train: str = field(default=MISSING, metadata=CONTENT)
    test: str = field(default=MISSING, metadata=CONTENT)
    image_column: str = "img"
    label_column: str = "label"
    limit: int | None = None
    augment: bool = False

    def __post_init__(self) -> None:
        """Check the ranges."""
        super().__post_init__()
        require(self.limit is None or self.limit >= 2, "dataset.limit", self.limit, "null or an integer of at least 2")


DATASETS: dict[str, type[DatasetConfig]] = {
    "dataset": DatasetConfig,
    "digits": DigitsConfig,
    "breast_cancer": BreastCancerConfig,
    "twonorm": TwonormConfig,
    "cifar10": Cifar10Config,
    "cifar100": Cifar100Config,
    "parquet": ParquetConfig,
}
