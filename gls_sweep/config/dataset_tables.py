"""Typed configuration of the datasets of features: tables, and what is drawn by formula."""

import math
from dataclasses import dataclass, field

from omegaconf import MISSING

from gls_sweep.config.checks import require
from gls_sweep.config.dataset_base import DatasetConfig, SplitDatasetConfig, require_true_labels_beside
from gls_sweep.config.marks import CONTENT, IGNORED


@dataclass
class BreastCancerConfig(SplitDatasetConfig):
    """scikit-learn's breast cancer table: 569 samples, 30 features, 2 classes."""

    _target_: str = "gls_sweep.data.breast_cancer"
    name: str = field(default="breast_cancer", metadata=IGNORED)


@dataclass
class GeneratedConfig(DatasetConfig):
    """A dataset drawn by formula."""

    size: int = 5920
    test_size: int = 1480

    def __post_init__(self) -> None:
        """Check the ranges."""
        super().__post_init__()
        require(self.size >= 2, "dataset.size", self.size, "an integer of at least 2")
        require(self.test_size >= 2, "dataset.test_size", self.test_size, "an integer of at least 2")


@dataclass
class TwonormConfig(GeneratedConfig):
    """Breiman's twonorm."""

    _target_: str = "gls_sweep.data.twonorm"
    name: str = field(default="twonorm", metadata=IGNORED)


@dataclass
class RingnormConfig(GeneratedConfig):
    """Breiman's ringnorm."""

    _target_: str = "gls_sweep.data.ringnorm"
    name: str = field(default="ringnorm", metadata=IGNORED)


@dataclass
class WaveformConfig(GeneratedConfig):
    """Breiman's waveform."""

    _target_: str = "gls_sweep.data.waveform"
    name: str = field(default="waveform", metadata=IGNORED)
    size: int = 4000
    test_size: int = 1000
    noise_features: bool = False


@dataclass
class TwoDimensionalConfig(GeneratedConfig):
    """Two rings in the plane."""

    _target_: str = "gls_sweep.data.two_dimensional"
    name: str = field(default="two_dimensional", metadata=IGNORED)
    size: int = 400
    test_size: int = 2000
    gap: float = 0.2

    def __post_init__(self) -> None:
        """Check the ranges."""
        super().__post_init__()
        require(-1 < self.gap < math.inf, "dataset.gap", self.gap, "a finite number above -1")


@dataclass
class TableConfig(SplitDatasetConfig):
    """A table of your own, CSV or Parquet, with a column of labels."""

    _target_: str = "gls_sweep.data.table"
    name: str = field(default="table", metadata=IGNORED)
    train: str = field(default=MISSING, metadata=CONTENT)
    test: str | None = field(default=None, metadata=CONTENT)
    label_column: str = "label"
    noisy_label_column: str | None = None
    labels_are_true: bool = True
    drop: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Check the ranges."""
        super().__post_init__()
        require_true_labels_beside("dataset.noisy_label_column", self.noisy_label_column, self.labels_are_true)
        if self.test is not None:
            self.test_fraction = SplitDatasetConfig.test_fraction  # decides nothing beside a test set


@dataclass
class OpenmlConfig(SplitDatasetConfig):
    """A table of OpenML, by name."""

    _target_: str = "gls_sweep.data.openml"
    name: str = field(default="openml", metadata=IGNORED)
    openml_name: str = MISSING
    version: int = 1
    root: str = field(default="data", metadata=IGNORED)
    label_column: str | None = None
    positive: list[str] | None = None
    drop: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Check the ranges."""
        super().__post_init__()
        require(self.version >= 1, "dataset.version", self.version, "an integer of at least 1")
