"""CIFAR-10 and CIFAR-100 from torchvision's own files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from gls_sweep.data.augment import CROP_AND_FLIP
from gls_sweep.data.dataset import Dataset
from gls_sweep.errors import UserError

if TYPE_CHECKING:
    from torchvision.datasets import CIFAR10


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

    return _load(CIFAR10, root, download, augment)


def cifar100(*, root: str | Path, download: bool, augment: bool) -> Dataset:
    """Load CIFAR-100 with its 100 fine classes; otherwise as `cifar10`."""
    from torchvision.datasets import CIFAR100

    return _load(CIFAR100, root, download, augment)


def _load(source: type[CIFAR10], root: str | Path, download: bool, augment: bool) -> Dataset:
    root = Path(root).expanduser()
    try:
        train = source(root, train=True, download=download)
        test = source(root, train=False)
    except (RuntimeError, OSError) as error:
        folder = root / source.base_folder
        if download:
            advice = f"the download from {source.url} failed ({error}); put the original files into {folder}"
        else:
            advice = (
                f"no intact files in {folder}; put them there, or set dataset.download=true where there is a network"
            )
        raise UserError(f"dataset.root = {str(root)!r}: {advice}") from error
    return Dataset(
        inputs=_to_tensor(train.data),
        labels=np.array(train.targets, dtype=np.int64),
        test_inputs=_to_tensor(test.data),
        test_labels=np.array(test.targets, dtype=np.int64),
        num_classes=len(train.classes),
        class_names=tuple(train.classes),
        augmentation=CROP_AND_FLIP if augment else None,
    )


def _to_tensor(images: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> torch.Tensor:
    return torch.from_numpy(images).permute(0, 3, 1, 2).contiguous()
