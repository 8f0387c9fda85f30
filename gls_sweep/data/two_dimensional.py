"""Two rings in the plane: data that one can look at."""

import numpy as np

from gls_sweep.data.dataset import Dataset, Labels
from gls_sweep.data.generated import Features, generate
from gls_sweep.errors import UserError

INNER_RADIUS = 1.0


def two_dimensional(*, size: int, test_size: int, split_seed: int, gap: float = 0.2) -> Dataset:
    """Draw two classes from two rings around the origin, an inner and an outer one, each of width 1.

    A stand-in for the synthetic data in the plane that Wei et al., ICML 2022, draw decision boundaries of, and which
    their code does not have: the rings are our choice. A radius is uniform on [1, 2] in the inner ring and on
    [2 + gap, 3 + gap] in the outer one, its angle is uniform, and the classes are equally likely. The best possible
    accuracy is 1 for rings that are apart, ``1 + gap / 2`` for rings that overlap.

    Parameters
    ----------
    size, test_size : int
        Training and test samples, at least 2 and 1.
    split_seed : int
        Seed of ``numpy.random.default_rng``, which draws the training samples first.
    gap : float
        Distance between the rings, above -1; they overlap where it is negative.

    Returns
    -------
    Dataset
        Features ``[N, 2]`` float32.

    Raises
    ------
    UserError
        If a size is too small or the gap out of range.
    """
    if not (np.isfinite(gap) and gap > -1):
        raise UserError(f"dataset.gap = {gap}: must be a finite number above -1")

    def draw(n: int, rng: np.random.Generator) -> tuple[Features, Labels]:
        labels = rng.integers(2, size=n)
        radius = INNER_RADIUS + rng.random(n) + labels * (1 + gap)
        angle = 2 * np.pi * rng.random(n)
        return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1), labels

    return generate(draw, size, test_size, split_seed, ("inner", "outer"))
