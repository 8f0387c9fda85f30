"""Typed configuration of the datasets of images."""

from dataclasses import dataclass, field
from typing import Any

from omegaconf import MISSING

from gls_sweep.config.checks import require
from gls_sweep.config.dataset_base import (
    DatasetConfig,
    SplitDatasetConfig,
    require_limit,
    require_true_labels_beside,
)
from gls_sweep.config.marks import CONTENT, FOLDER, IGNORED


@dataclass
class DigitsConfig(SplitDatasetConfig):
    """scikit-learn's 1,797 handwritten digits of 8x8 pixels."""

    _target_: str = "gls_sweep.data.digits"
    name: str = field(default="digits", metadata=IGNORED)


@dataclass
class TorchvisionConfig(DatasetConfig):
    """Images in torchvision's own files."""

    root: str = field(default="data", metadata=IGNORED)
    download: bool = field(default=True, metadata=IGNORED)
    augment: bool = True


@dataclass
class MnistConfig(TorchvisionConfig):
    """MNIST's handwritten digits."""

    _target_: str = "gls_sweep.data.mnist"
    name: str = field(default="mnist", metadata=IGNORED)
    augment: bool = False


@dataclass
class FashionMnistConfig(TorchvisionConfig):
    """Fashion-MNIST's clothing."""

    _target_: str = "gls_sweep.data.fashion_mnist"
    name: str = field(default="fashion_mnist", metadata=IGNORED)


@dataclass
class SvhnConfig(TorchvisionConfig):
    """SVHN's house numbers."""

    _target_: str = "gls_sweep.data.svhn"
    name: str = field(default="svhn", metadata=IGNORED)


@dataclass
class Cifar10Config(TorchvisionConfig):
    """CIFAR-10."""

    _target_: str = "gls_sweep.data.cifar10"
    name: str = field(default="cifar10", metadata=IGNORED)


@dataclass
class Cifar100Config(TorchvisionConfig):
    """CIFAR-100."""

    _target_: str = "gls_sweep.data.cifar100"
    name: str = field(default="cifar100", metadata=IGNORED)


@dataclass
class Cifar10nConfig(TorchvisionConfig):
    """CIFAR-10 with the human labels of CIFAR-10N."""

    _target_: str = "gls_sweep.data.cifar10n"
    name: str = field(default="cifar10n", metadata=IGNORED)
    human_labels: str = field(default=MISSING, metadata=CONTENT)


@dataclass
class Cifar100nConfig(TorchvisionConfig):
    """CIFAR-100 with the human labels of CIFAR-100N."""

    _target_: str = "gls_sweep.data.cifar100n"
    name: str = field(default="cifar100n", metadata=IGNORED)
    human_labels: str = field(default=MISSING, metadata=CONTENT)


@dataclass
class ParquetConfig(DatasetConfig):
    """Images in Parquet files as Hugging Face stores them."""

    _target_: str = "gls_sweep.data.parquet"
    name: str = field(default="parquet", metadata=IGNORED)
    train: str = field(default=MISSING, metadata=CONTENT)
    test: str = field(default=MISSING, metadata=CONTENT)
    image_column: str = "img"
    label_column: str = "label"
    noisy_label_column: str | None = None
    human_labels: str | None = field(default=None, metadata=CONTENT)
    labels_are_true: bool = True
    limit: int | None = None
    augment: bool = False

    def __post_init__(self) -> None:
        """Check the ranges."""
        super().__post_init__()
        require_limit(self.limit)
        require_true_labels_beside("dataset.noisy_label_column", self.noisy_label_column, self.labels_are_true)
        require_true_labels_beside("dataset.human_labels", self.human_labels, self.labels_are_true)


@dataclass
class ImageFolderConfig(DatasetConfig):
    """Any folder of images, with classes as folders or with list files."""

    _target_: str = "gls_sweep.data.image_folder"
    name: str = field(default="image_folder", metadata=IGNORED)
    root: str = field(default=MISSING, metadata=IGNORED)
    train: str = field(default=MISSING, metadata=FOLDER)
    test: str = field(default=MISSING, metadata=FOLDER)
    train_images: str = ""
    test_images: str = ""
    train_labels: str | None = field(default=None, metadata=CONTENT)
    test_labels: str | None = field(default=None, metadata=CONTENT)
    noisy_labels: str | None = field(default=None, metadata=CONTENT)
    labels_are_true: bool = True
    classes: Any = field(default=None, metadata=CONTENT)
    size: int = 224
    limit: int | None = None
    augment: bool = False
    cache: str = field(default="data/decoded", metadata=IGNORED)

    def __post_init__(self) -> None:
        """Check the ranges."""
        super().__post_init__()
        require(self.size >= 8, "dataset.size", self.size, "an integer of at least 8")
        require_limit(self.limit)
        require_true_labels_beside("dataset.noisy_labels", self.noisy_labels, self.labels_are_true)
        allowed = "null, a number of at least 2, a list of different names, or a file of names"
        require(are_classes(self.classes), "dataset.classes", self.classes, allowed)


def are_classes(value: Any) -> bool:
    """Whether a value says which classes of a folder of images to use."""
    if isinstance(value, list):
        return len(value) >= 2 and len(set(map(str, value))) == len(value)
    return value is None or isinstance(value, str) or (type(value) is int and value >= 2)
