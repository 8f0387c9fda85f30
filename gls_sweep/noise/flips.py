"""Which labels changed into which: what tells most where there are too many classes for a matrix."""

from collections.abc import Sequence

import numpy as np

from gls_sweep.noise.realised import realised_transition
from gls_sweep.noise.sampling import FloatArray, IntArray


def frequent_flips(clean: IntArray, noisy: IntArray, num_classes: int, most: int) -> list[tuple[int, int, int]]:
    """List the most frequent flips as (class, class it became, how often), the most frequent first."""
    flipped = clean != noisy
    pairs, counts = np.unique(clean[flipped] * num_classes + noisy[flipped], return_counts=True)
    first = np.argsort(-counts, kind="stable")[:most]
    return [(*divmod(int(pairs[place]), num_classes), int(counts[place])) for place in first]


def share_leaving(clean: IntArray, noisy: IntArray, superclasses: Sequence[int]) -> float:
    """Share of the flips that leave the superclass, in [0, 1]; NaN without a flip."""
    flipped = clean != noisy
    groups = np.asarray(superclasses)
    return float(np.mean(groups[clean[flipped]] != groups[noisy[flipped]])) if flipped.any() else float("nan")


def superclass_transition(clean: IntArray, noisy: IntArray, superclasses: Sequence[int]) -> FloatArray:
    """Count how often each superclass became each other one.

    Returns
    -------
    FloatArray
        [S, S] for superclasses numbered 0..S-1; rows sum to 1, NaN for one with no sample.
    """
    groups = np.asarray(superclasses, dtype=np.int64)
    return realised_transition(groups[clean], groups[noisy], int(groups.max()) + 1)
