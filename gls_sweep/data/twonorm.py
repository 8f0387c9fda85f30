"""Breiman's twonorm, generated."""

import numpy as np
import torch
from torch import Tensor

from gls_sweep.data.dataset import Dataset, Labels
from gls_sweep.errors import UserError

FEATURES = 20


def twonorm(*, size: int, test_size: int, split_seed: int) -> Dataset:
    """Draw from two unit Gaussians at +2/sqrt(20) and -2/sqrt(20) in every one of 20 coordinates.

    Source: L. Breiman, "Bias, variance, and arcing classifiers", 1996. The classes are equally likely. The best
    possible accuracy is Phi(2) = 0.9772.

    Parameters
    ----------
    size, test_size : int
        Training and test samples, at least 2 and 1.
    split_seed : int
        Seed of ``numpy.random.default_rng``, which draws the training samples first.

    Returns
    -------
    Dataset
        Features ``[N, 20]`` float32.

    Raises
    ------
    UserError
        If a size is too small.
    """
    for key, value, least in (("size", size, 2), ("test_size", test_size, 1)):
        if value < least:
            raise UserError(f"dataset.{key} = {value}: must be at least {least}")
    rng = np.random.default_rng(split_seed)
    inputs, labels = _draw(size, rng)
    test_inputs, test_labels = _draw(test_size, rng)
    return Dataset(inputs, labels, test_inputs, test_labels, num_classes=2, class_names=("plus", "minus"))


def _draw(n: int, rng: np.random.Generator) -> tuple[Tensor, Labels]:
    labels = rng.integers(2, size=n)
    means = (1 - 2 * labels[:, None]) * 2 / np.sqrt(FEATURES)
    features = means + rng.standard_normal((n, FEATURES))
    return torch.from_numpy(features.astype(np.float32)), labels
