"""Typed configuration of the datasets, by the names that the options in `conf` refer to."""

from gls_sweep.config.dataset_base import DatasetConfig
from gls_sweep.config.dataset_images import (
    Cifar10Config,
    Cifar10nConfig,
    Cifar100Config,
    Cifar100nConfig,
    DigitsConfig,
    FashionMnistConfig,
    ImageFolderConfig,
    MnistConfig,
    ParquetConfig,
    SvhnConfig,
)
from gls_sweep.config.dataset_tables import (
    BreastCancerConfig,
    OpenmlConfig,
    RingnormConfig,
    TableConfig,
    TwoDimensionalConfig,
    TwonormConfig,
    WaveformConfig,
)

DATASETS: dict[str, type[DatasetConfig]] = {
    "dataset": DatasetConfig,
    "digits": DigitsConfig,
    "breast_cancer": BreastCancerConfig,
    "twonorm": TwonormConfig,
    "ringnorm": RingnormConfig,
    "waveform": WaveformConfig,
    "two_dimensional": TwoDimensionalConfig,
    "mnist": MnistConfig,
    "fashion_mnist": FashionMnistConfig,
    "svhn": SvhnConfig,
    "cifar10": Cifar10Config,
    "cifar100": Cifar100Config,
    "cifar10n": Cifar10nConfig,
    "cifar100n": Cifar100nConfig,
    "parquet": ParquetConfig,
    "image_folder": ImageFolderConfig,
    "table": TableConfig,
    "openml": OpenmlConfig,
}
