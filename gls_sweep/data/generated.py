"""What datasets drawn by formula have in common."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import torch

from gls_sweep.data.dataset import Dataset, Labels
from gls_sweep.errors import UserError

Features = npt.NDArray[np.float64]
Draw = Callable[[int, np.random.Generator], tuple[Features, Labels]]


def generate(draw: Draw, size: int, test_size: int, split_seed: int, class_names: tuple[str, ...]) -> Dataset:
    """Draw the training samples, then the test samples, from one generator.

    Parameters
    ----------
    draw : callable
        Gives as many features ``[n, D]`` and labels ``[n]`` as asked for.
    size, test_size : int
        Training and test samples, at least 2 and 1.
    split_seed : int
        Seed of ``numpy.random.default_rng``.
    class_names : tuple of str
        One name a class.

    Raises
    ------
    UserError
        If a size is too small.
    """
    for key, value, least in (("size", size, 2), ("test_size", test_size, 1)):
        if value < least:
            raise UserError(f"dataset.{key} = {value}: must be at least {least}")
    rng = np.random.default_rng(split_seed)
    (features, labels), (test_features, test_labels) = draw(size, rng), draw(test_size, rng)
    return Dataset(
        inputs=torch.from_numpy(features.astype(np.float32)),
        labels=labels,
        test_inputs=torch.from_numpy(test_features.astype(np.float32)),
        test_labels=test_labels,
        num_classes=len(class_names),
        class_names=class_names,
    )
