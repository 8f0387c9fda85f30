"""Transition matrices T [K, K], ``T[i, j] = P(noisy j | clean i)``: one function per noise convention."""

from collections.abc import Mapping, Sequence

import numpy as np

from gls_sweep.errors import UserError
from gls_sweep.noise.sampling import FloatArray, IntArray

# CIFAR-10: 0 airplane 1 automobile 2 bird 3 cat 4 deer 5 dog 6 frog 7 horse 8 ship 9 truck
GLS_PAIRS = {9: 1, 1: 9, 2: 0, 0: 2, 4: 7, 7: 4, 3: 5, 5: 3, 6: 8, 8: 6}
CIFAR10_CONFUSIONS = {9: 1, 2: 0, 4: 7, 3: 5, 5: 3}

BLOCK = 5  # classes of a block of `block_cyclic`


def symmetric_matrix(num_classes: int, rate: float) -> FloatArray:
    """Build the matrix of `gls_sweep.noise.symmetric`; ``rate`` in [0, 1), at least 2 classes."""
    check_classes(num_classes)
    check_rate(rate)
    transition = np.full((num_classes, num_classes), rate / (num_classes - 1))
    np.fill_diagonal(transition, 1.0 - rate)
    return transition


def symmetric_inclusive_matrix(num_classes: int, rate: float) -> FloatArray:
    """Build the matrix of `gls_sweep.noise.symmetric_inclusive`; ``rate`` in [0, 1), at least 2 classes."""
    check_classes(num_classes)
    check_rate(rate)
    return (1.0 - rate) * np.eye(num_classes) + rate / num_classes


def pairflip_matrix(num_classes: int, rate: float) -> FloatArray:
    """Build the matrix of `gls_sweep.noise.pairflip`; ``rate`` in [0, 1), at least 2 classes."""
    check_classes(num_classes)
    check_rate(rate)
    return _flip_matrix(num_classes, rate, {i: (i + 1) % num_classes for i in range(num_classes)})


def gls_pairs_matrix(num_classes: int, rate: float) -> FloatArray:
    """Build the matrix of `gls_sweep.noise.gls_pairs`; ``rate`` in [0, 1), exactly 10 classes."""
    check_rate(rate)
    _check_ten_classes("gls_pairs", num_classes)
    return _flip_matrix(num_classes, rate, GLS_PAIRS)


def asymmetric_matrix(num_classes: int, rate: float) -> FloatArray:
    """Build the matrix of `gls_sweep.noise.asymmetric`; ``rate`` in [0, 1), exactly 10 classes."""
    check_rate(rate)
    _check_ten_classes("asymmetric", num_classes)
    return _flip_matrix(num_classes, rate, CIFAR10_CONFUSIONS)


def block_cyclic_matrix(num_classes: int, rate: float) -> FloatArray:
    """Build the matrix of `gls_sweep.noise.block_cyclic`; ``rate`` in [0, 1), a multiple of 5 classes."""
    check_rate(rate)
    if num_classes < BLOCK or num_classes % BLOCK:
        raise UserError(
            f"noise=block_cyclic: needs blocks of {BLOCK} classes, the dataset has {num_classes} classes; "
            "use noise=pairflip or noise=superclass_cyclic"
        )
    return _flip_matrix(num_classes, rate, _next_in_group(np.arange(num_classes) // BLOCK))


def superclass_cyclic_matrix(num_classes: int, rate: float, superclasses: Sequence[int] | None) -> FloatArray:
    """Build the matrix of `gls_sweep.noise.superclass_cyclic`; ``rate`` in [0, 1), a superclass for each class."""
    check_rate(rate)
    if superclasses is None:
        raise UserError(
            "noise=superclass_cyclic: the dataset has no superclasses; use dataset=cifar100, or noise=block_cyclic"
        )
    return _flip_matrix(num_classes, rate, _next_in_group(np.asarray(superclasses)))


def _next_in_group(groups: IntArray) -> dict[int, int]:
    """Map each class to the next one of its group, the last to the first; one that is alone in its group stays."""
    members = [np.flatnonzero(groups == group) for group in np.unique(groups)]
    rings = [ring.tolist() for ring in members if len(ring) > 1]
    return {this: following for ring in rings for this, following in zip(ring, ring[1:] + ring[:1], strict=True)}


def _flip_matrix(num_classes: int, rate: float, flips: Mapping[int, int]) -> FloatArray:
    transition = np.eye(num_classes)
    for clean, noisy in flips.items():
        transition[clean, clean] = 1.0 - rate
        transition[clean, noisy] = rate
    return transition


def check_classes(num_classes: int) -> None:
    """Raise `UserError` for fewer than two classes."""
    if num_classes < 2:
        raise UserError(f"num_classes={num_classes}: label noise needs at least 2 classes")


def check_rate(rate: float) -> None:
    """Raise `UserError` for a rate outside [0, 1)."""
    if not 0.0 <= rate < 1.0:
        raise UserError(f"noise.rate={rate}: must be in [0, 1)")


def _check_ten_classes(name: str, num_classes: int) -> None:
    if num_classes != 10:
        raise UserError(
            f"noise={name}: knows the 10 classes of CIFAR-10 only, the dataset has {num_classes}; "
            "use noise=pairflip or noise=matrix"
        )
