"""The Wisconsin breast cancer data that come with scikit-learn."""

import numpy as np
import torch

from gls_sweep.data.dataset import Dataset
from gls_sweep.data.sklearn_files import sklearn_file
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
    table = np.loadtxt(sklearn_file("breast_cancer.csv"), delimiter=",", skiprows=1)
    features = torch.from_numpy(table[:, :-1].astype(np.float32))
    return split_off_test(features, table[:, -1].astype(np.int64), ("malignant", "benign"), test_fraction, split_seed)
