"""scikit-learn's handwritten digits."""

import numpy as np
import torch

from gls_sweep.data.dataset import Dataset
from gls_sweep.data.sklearn_files import sklearn_file
from gls_sweep.data.splits import split_off_test


def digits(*, test_fraction: float, split_seed: int) -> Dataset:
    """Load the 1,797 images of 8x8 pixels, ten classes.

    Parameters
    ----------
    test_fraction : float
        Part held out for testing, stratified, in ``(0, 1)``.
    split_seed : int
        Seed of that split.

    Returns
    -------
    Dataset
        Images ``[N, 1, 8, 8]`` uint8 with values 0..16.

    Raises
    ------
    UserError
        If `test_fraction` is out of range.
    """
    table = np.loadtxt(sklearn_file("digits.csv.gz"), delimiter=",", dtype=np.uint8)
    images = torch.from_numpy(table[:, :64].reshape(-1, 1, 8, 8))
    names = tuple(str(digit) for digit in range(10))
    return split_off_test(images, table[:, 64].astype(np.int64), names, test_fraction, split_seed)
