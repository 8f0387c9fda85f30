"""Drawing noisy labels: where the random numbers come from, and the one way every noise model uses them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from gls_sweep.errors import UserError

IntArray: TypeAlias = npt.NDArray[np.int64]
FloatArray: TypeAlias = npt.NDArray[np.float64]

LabelSampler: TypeAlias = Callable[[FloatArray], IntArray]
"""Draws one label [N] from each row of probabilities [N, K]; every call goes on in the same random stream."""


@dataclass(frozen=True, eq=False)
class NoisyLabels:
    """What a noise model returns.

    Attributes
    ----------
    labels
        Noisy labels, int64 [N].
    transition
        The matrix the labels were drawn from, float64 [K, K]: ``transition[i, j] = P(noisy j | clean i)``. NaN in rows
        about which nothing is known.
    """

    labels: IntArray
    transition: FloatArray


def label_sampler(generator: str, seed: int) -> LabelSampler:
    """Make a fresh sampler.

    Parameters
    ----------
    generator
        ``"numpy"`` (inverse transform of ``numpy.random.default_rng``) or ``"legacy"`` (the very draws of the GLS
        code, github.com/UCSC-REAL/negative-label-smoothing, ``multiclass_noisify``).
    seed
        At least 0. The GLS code ignores its ``--seed`` here and always draws with 0, so legacy takes only 0.

    Raises
    ------
    UserError
        Unknown generator, negative seed, or a legacy seed other than 0.
    """
    if seed < 0:
        raise UserError(f"noise.seed={seed}: must be an integer of at least 0")
    if generator == "numpy":
        return inverse_transform_sampler(np.random.default_rng(seed))
    if generator != "legacy":
        raise UserError(f"noise.generator={generator!r}: must be 'numpy' or 'legacy'")
    if seed != 0:
        raise UserError(
            f"noise.seed={seed}: noise.generator=legacy always draws with seed 0, as the GLS code does; "
            "set noise.seed=0 or noise.generator=numpy"
        )
    return _legacy_sampler(np.random.RandomState(0))


def draw_labels(labels: IntArray, rng: LabelSampler, transition: FloatArray) -> NoisyLabels:
    """Replace each label i by a draw from row i of a transition matrix.

    Parameters
    ----------
    labels
        Clean labels, integers [N] in 0..K-1; not modified.
    rng
        Made by `label_sampler`.
    transition
        Row-stochastic [K, K].

    Raises
    ------
    UserError
        Labels that are not a vector of integers in 0..K-1.
    """
    check_labels(labels, len(transition))
    return NoisyLabels(rng(transition[labels]), transition)


def check_labels(labels: IntArray, num_classes: int) -> None:
    """Raise `UserError` unless labels are a vector of integers in 0..K-1: an index of -1 would count from the end."""
    if labels.ndim != 1 or not np.issubdtype(labels.dtype, np.integer):
        raise UserError(f"labels: must be a vector of integers, not {labels.dtype} of shape {labels.shape}")
    outside = labels[(labels < 0) | (labels >= num_classes)]
    if outside.size:
        raise UserError(f"labels: found {outside[0]}, all must be in 0..{num_classes - 1} (num_classes={num_classes})")


def check_noisy_labels(drawn: object, samples: int, num_classes: int) -> None:
    """Raise `UserError` unless a noise model, whoever wrote it, returned labels int64 [N] in 0..K-1 and a T [K, K]."""
    if not isinstance(drawn, NoisyLabels):
        raise UserError(f"noise: must return NoisyLabels, got {type(drawn).__name__}")
    _check_array("labels", drawn.labels, (samples,), np.dtype(np.int64))
    _check_array("transition", drawn.transition, (num_classes, num_classes), np.dtype(np.float64))
    check_labels(drawn.labels, num_classes)


def _check_array(name: str, value: object, shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
    found = f"{value.dtype} {list(value.shape)}" if isinstance(value, np.ndarray) else type(value).__name__
    if not isinstance(value, np.ndarray) or value.shape != shape or value.dtype != dtype:
        raise UserError(f"noise: must return {name} as an array {dtype} {list(shape)}, got {found}")


def inverse_transform_sampler(generator: np.random.Generator | np.random.RandomState) -> LabelSampler:
    """Draw labels by one uniform number each: the first class whose cumulative probability exceeds it."""

    def sample(rows: FloatArray) -> IntArray:
        cumulative = rows.cumsum(axis=1)
        # Dividing by itself makes the last entry exactly 1, so rounding cannot yield a class of probability 0.
        cumulative /= cumulative[:, -1:]
        labels: IntArray = (generator.random((len(rows), 1)) >= cumulative).sum(axis=1, dtype=np.int64)
        return labels

    return sample


def _legacy_sampler(generator: np.random.RandomState) -> LabelSampler:
    # One call per sample: how many numbers a draw takes from the stream depends on the draws before it.
    def sample(rows: FloatArray) -> IntArray:
        return np.fromiter((generator.multinomial(1, row).argmax() for row in rows), np.int64, len(rows))

    return sample
