"""CIFAR-10 and CIFAR-100 from torchvision's own files, with CIFAR-N's human labels where they are asked for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from gls_sweep.data.augment import CROP_AND_FLIP
from gls_sweep.data.dataset import Dataset
from gls_sweep.data.human_labels import read_human_labels
from gls_sweep.data.torchvision_files import open_parts

if TYPE_CHECKING:
    from torchvision.datasets import CIFAR10

# fmt: off
CIFAR100_SUPERCLASSES = (
    4, 1, 14, 8, 0, 6, 7, 7, 18, 3, 3, 14, 9, 18, 7, 11, 3, 9, 7, 11,
    6, 11, 5, 10, 7, 6, 13, 15, 3, 15, 0, 11, 1, 10, 12, 14, 16, 9, 11, 5,
    5, 19, 8, 8, 15, 13, 14, 17, 18, 10, 16, 4, 17, 4, 2, 0, 17, 4, 18, 17,
    10, 3, 2, 12, 12, 16, 12, 1, 9, 19, 2, 10, 0, 1, 16, 12, 9, 13, 15, 13,
    16, 19, 2, 4, 6, 19, 5, 5, 8, 19, 18, 1, 2, 15, 6, 0, 17, 8, 14, 13,
)
# fmt: on
"""The coarse label of each of CIFAR-100's fine labels, as in its own files; torchvision does not hand them out."""


def cifar10(*, root: str | Path, download: bool, augment: bool) -> Dataset:
    """Load CIFAR-10: 50,000 training and 10,000 test images, ten classes.

    Parameters
    ----------
    root : path
        Folder that holds, or is to hold, torchvision's folder of files. Their checksums are verified.
    download : bool
        Fetch the files where they are absent.
    augment : bool
        Random crop with padding 4 and horizontal flip of training batches.

    Returns
    -------
    Dataset
        Images ``[N, 3, 32, 32]`` uint8 in the original order.

    Raises
    ------
    UserError
        If the files are absent or damaged and `download` is false, or the download fails.
    """
    from torchvision.datasets import CIFAR10

    return _load(CIFAR10, root, download, augment, None)


def cifar100(*, root: str | Path, download: bool, augment: bool) -> Dataset:
    """Load CIFAR-100 with its 100 fine classes and 20 superclasses; otherwise as `cifar10`."""
    from torchvision.datasets import CIFAR100

    return _load(CIFAR100, root, download, augment, CIFAR100_SUPERCLASSES)


def cifar10n(*, root: str | Path, download: bool, augment: bool, human_labels: str | Path) -> Dataset:
    """Load CIFAR-10 with the noisy labels of ``CIFAR-10_human.pt``; see `cifar10` and `read_human_labels`."""
    return _with_human_labels(cifar10(root=root, download=download, augment=augment), human_labels)


def cifar100n(*, root: str | Path, download: bool, augment: bool, human_labels: str | Path) -> Dataset:
    """Load CIFAR-100 with the noisy labels of ``CIFAR-100_human.pt``; see `cifar100` and `read_human_labels`."""
    return _with_human_labels(cifar100(root=root, download=download, augment=augment), human_labels)


def _load(
    source: type[CIFAR10], root: str | Path, download: bool, augment: bool, superclasses: tuple[int, ...] | None
) -> Dataset:
    root = Path(root).expanduser()
    train, test = open_parts(
        lambda is_train, fetch: source(root, train=is_train, download=fetch),
        root,
        root / source.base_folder,
        source.url,
        download,
    )
    return Dataset(
        inputs=_to_tensor(train.data),
        labels=np.array(train.targets, dtype=np.int64),
        test_inputs=_to_tensor(test.data),
        test_labels=np.array(test.targets, dtype=np.int64),
        num_classes=len(train.classes),
        class_names=tuple(train.classes),
        augmentation=CROP_AND_FLIP if augment else None,
        superclasses=superclasses,
    )


def _with_human_labels(dataset: Dataset, path: str | Path) -> Dataset:
    return replace(dataset, noisy_labels=read_human_labels(path, dataset.labels, dataset.num_classes))


def _to_tensor(images: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> torch.Tensor:
    return torch.from_numpy(images).permute(0, 3, 1, 2).contiguous()
