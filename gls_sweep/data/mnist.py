"""MNIST, Fashion-MNIST and SVHN from torchvision's own files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from gls_sweep.data.augment import CROP_AND_FLIP, Augmentation
from gls_sweep.data.dataset import Dataset
from gls_sweep.data.torchvision_files import open_parts

if TYPE_CHECKING:
    from torchvision.datasets import MNIST

CROP = Augmentation(crop_padding=4, flip=False)
"""Digits are not to be mirrored."""


def mnist(*, root: str | Path, download: bool, augment: bool) -> Dataset:
    """Load MNIST: 60,000 training and 10,000 test images of handwritten digits.

    Parameters
    ----------
    root : path
        Folder that holds, or is to hold, torchvision's folder of files. torchvision verifies their checksums only when
        it downloads them.
    download : bool
        Fetch the files where they are absent.
    augment : bool
        Random crop with padding 4 of training batches; no flip.

    Returns
    -------
    Dataset
        Images ``[N, 1, 28, 28]`` uint8 in the original order.

    Raises
    ------
    UserError
        If the files are absent or damaged and `download` is false, or the download fails.
    """
    from torchvision.datasets import MNIST

    return _load_mnist(MNIST, root, download, CROP if augment else None)


def fashion_mnist(*, root: str | Path, download: bool, augment: bool) -> Dataset:
    """Load Fashion-MNIST: ten kinds of clothing; `augment` also flips, otherwise as `mnist`."""
    from torchvision.datasets import FashionMNIST

    return _load_mnist(FashionMNIST, root, download, CROP_AND_FLIP if augment else None)


def svhn(*, root: str | Path, download: bool, augment: bool) -> Dataset:
    """Load SVHN's cropped digits: 73,257 training and 26,032 test images ``[N, 3, 32, 32]``; otherwise as `mnist`.

    The files ``train_32x32.mat`` and ``test_32x32.mat`` lie in `root` itself, and their checksums are verified. The
    531,131 easier images of ``extra_32x32.mat`` are left out.
    """
    from torchvision.datasets import SVHN

    root = Path(root).expanduser()
    train, test = open_parts(
        lambda is_train, fetch: SVHN(root, split="train" if is_train else "test", download=fetch),
        root,
        root,
        SVHN.split_list["train"][0],
        download,
    )
    return Dataset(
        inputs=torch.from_numpy(train.data).contiguous(),
        labels=train.labels,
        test_inputs=torch.from_numpy(test.data).contiguous(),
        test_labels=test.labels,
        num_classes=10,
        class_names=tuple(str(digit) for digit in range(10)),
        augmentation=CROP if augment else None,
    )


def _load_mnist(source: type[MNIST], root: str | Path, download: bool, augmentation: Augmentation | None) -> Dataset:
    root = Path(root).expanduser()
    train, test = open_parts(
        lambda is_train, fetch: source(root, train=is_train, download=fetch),
        root,
        root / source.__name__ / "raw",
        source.mirrors[0],
        download,
    )
    return Dataset(
        inputs=train.data[:, None],
        labels=train.targets.numpy().astype(np.int64),
        test_inputs=test.data[:, None],
        test_labels=test.targets.numpy().astype(np.int64),
        num_classes=len(train.classes),
        class_names=tuple(train.classes),
        augmentation=augmentation,
    )
