"""The Wisconsin breast cancer data that come with scikit-learn."""

import numpy as np
import torch

from gls_sweep.data.dataset import Dataset
from gls_sweep.data.splits import split_off_test


def breast_cancer(*, test_fraction: float, split_seed: int) -> Dataset:
    """Load 569 samples of 30 features, two classes.

    Parameters
    ----------
    test_fraction : float
        Part held out for testing, stratified, in ``(0, 1)``.
    split_seed : int
        Seed of that split.

    Returns
    -------
    Dataset
        Features ``[N, 30]`` float32 in their original units.

    Raises
    ------
    UserError
        If `test_fraction` is out of range.
    """
    from sklearn.datasets import load_breast_cancer

    data = load_breast_cancer()
    features = torch.from_numpy(data.data.astype(np.float32))
    names = tuple(str(name) for name in data.target_names)
    return split_off_test(features, data.target.astype(np.int64), names, test_fraction, split_seed)
