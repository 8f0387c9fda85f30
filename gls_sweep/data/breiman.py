"""Breiman's generated data: twonorm, ringnorm and waveform."""

import numpy as np

from gls_sweep.data.dataset import Dataset, Labels
from gls_sweep.data.generated import Features, generate

NORM_FEATURES = 20
SHIFT = 2 / np.sqrt(NORM_FEATURES)
"""Distance of a class's mean from 0 in every coordinate."""

WAVES = np.maximum(6 - np.abs(np.arange(1, 22) - np.array([[11], [15], [7]])), 0)
"""The three base waves h1, h2, h3 at the 21 points 1..21: triangles of height 6 around 11, 15 and 7."""
WAVE_PAIRS = ((0, 1), (0, 2), (1, 2))
"""The two waves that each of the three classes mixes."""
NOISE_FEATURES = 19


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
    return generate(_draw_twonorm, size, test_size, split_seed, ("plus", "minus"))


def ringnorm(*, size: int, test_size: int, split_seed: int) -> Dataset:
    """Draw from a wide Gaussian around 0, covariance 4I, and a unit Gaussian at 2/sqrt(20) in all 20 coordinates.

    Source, parameters and result as of `twonorm`. The classes are equally likely. The best possible accuracy is 0.988.
    """
    return generate(_draw_ringnorm, size, test_size, split_seed, ("wide", "narrow"))


def waveform(*, size: int, test_size: int, split_seed: int, noise_features: bool = False) -> Dataset:
    """Draw noisy mixtures ``u h_i + (1 - u) h_j`` of two of three triangular waves, at 21 points; three classes.

    Source: L. Breiman et al., "Classification and Regression Trees", 1984, section 2.6.2. u is uniform on [0, 1], the
    noise of every feature a unit Gaussian, the classes are equally likely. The best possible accuracy is about 0.86.

    Parameters
    ----------
    size, test_size, split_seed : int
        As of `twonorm`.
    noise_features : bool
        Append 19 features of pure noise, as the UCI repository's second version has.

    Returns
    -------
    Dataset
        Features ``[N, 21]`` or ``[N, 40]`` float32.

    Raises
    ------
    UserError
        If a size is too small.
    """

    def draw(n: int, rng: np.random.Generator) -> tuple[Features, Labels]:
        return _draw_waveform(n, rng, NOISE_FEATURES if noise_features else 0)

    return generate(draw, size, test_size, split_seed, ("h1+h2", "h1+h3", "h2+h3"))


def _draw_twonorm(n: int, rng: np.random.Generator) -> tuple[Features, Labels]:
    labels = rng.integers(2, size=n)
    means = (1 - 2 * labels[:, None]) * 2 / np.sqrt(NORM_FEATURES)
    return means + rng.standard_normal((n, NORM_FEATURES)), labels


def _draw_ringnorm(n: int, rng: np.random.Generator) -> tuple[Features, Labels]:
    labels = rng.integers(2, size=n)
    noise = rng.standard_normal((n, NORM_FEATURES))
    return np.where(labels[:, None] == 0, 2 * noise, SHIFT + noise), labels


def _draw_waveform(n: int, rng: np.random.Generator, noise_features: int) -> tuple[Features, Labels]:
    labels = rng.integers(3, size=n)
    share = rng.random((n, 1))
    first, second = WAVES[np.array(WAVE_PAIRS)[labels]].transpose(1, 0, 2)
    mixed = np.pad(share * first + (1 - share) * second, [(0, 0), (0, noise_features)])
    return mixed + rng.standard_normal(mixed.shape), labels
