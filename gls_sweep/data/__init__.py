"""Datasets as tensors: loaders, stratified splits, standardisation, batched augmentation."""

from gls_sweep.data.augment import Augmentation, AugmentationDraw, augment, draw_augmentation
from gls_sweep.data.breast_cancer import breast_cancer
from gls_sweep.data.breiman import ringnorm, twonorm, waveform
from gls_sweep.data.cifar import cifar10, cifar10n, cifar100, cifar100n
from gls_sweep.data.dataset import Dataset, check_dataset
from gls_sweep.data.digits import digits
from gls_sweep.data.image_folder import image_folder
from gls_sweep.data.mnist import fashion_mnist, mnist, svhn
from gls_sweep.data.openml import openml
from gls_sweep.data.parquet import parquet
from gls_sweep.data.rows import Inputs, Rows
from gls_sweep.data.splits import fold_split, stratified_split
from gls_sweep.data.standardise import Standardiser, fit_standardiser
from gls_sweep.data.table import table
from gls_sweep.data.two_dimensional import two_dimensional

__all__ = [
    "Augmentation",
    "AugmentationDraw",
    "Dataset",
    "Inputs",
    "Rows",
    "Standardiser",
    "augment",
    "breast_cancer",
    "check_dataset",
    "cifar10",
    "cifar10n",
    "cifar100",
    "cifar100n",
    "digits",
    "draw_augmentation",
    "fashion_mnist",
    "fit_standardiser",
    "fold_split",
    "image_folder",
    "mnist",
    "openml",
    "parquet",
    "ringnorm",
    "stratified_split",
    "svhn",
    "table",
    "two_dimensional",
    "twonorm",
    "waveform",
]
