"""Datasets as tensors: loaders, stratified splits, standardisation, batched augmentation."""

from gls_sweep.data.augment import Augmentation, AugmentationDraw, augment, draw_augmentation
from gls_sweep.data.breast_cancer import breast_cancer
from gls_sweep.data.cifar import cifar10, cifar100
from gls_sweep.data.dataset import Dataset, check_dataset
from gls_sweep.data.digits import digits
from gls_sweep.data.parquet import parquet
from gls_sweep.data.splits import stratified_split
from gls_sweep.data.standardise import Standardiser, fit_standardiser
from gls_sweep.data.twonorm import twonorm

__all__ = [
    "Augmentation",
    "AugmentationDraw",
    "Dataset",
    "Standardiser",
    "augment",
    "breast_cancer",
    "check_dataset",
    "cifar10",
    "cifar100",
    "digits",
    "draw_augmentation",
    "fit_standardiser",
    "parquet",
    "stratified_split",
    "twonorm",
]
