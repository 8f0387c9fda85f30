"""What a draw of noisy labels turned out to be."""

import hashlib

import numpy as np

from gls_sweep.errors import UserError
from gls_sweep.noise.sampling import FloatArray, IntArray, check_labels


def realised_transition(clean: IntArray, noisy: IntArray, num_classes: int) -> FloatArray:
    """Count how often each class became each other one.

    Parameters
    ----------
    clean, noisy
        Labels [N] in 0..K-1 of the same samples.
    num_classes
        K.

    Returns
    -------
    FloatArray
        [K, K]; rows sum to 1. The row of a class with no sample is NaN: nothing was measured.

    Raises
    ------
    UserError
        Labels of different lengths, none at all, or outside 0..K-1.
    """
    _check_paired(clean, noisy)
    check_labels(clean, num_classes)
    check_labels(noisy, num_classes)
    counts = np.bincount(clean * num_classes + noisy, minlength=num_classes**2).reshape(num_classes, num_classes)
    with np.errstate(invalid="ignore"):
        shares: FloatArray = counts / counts.sum(axis=1, keepdims=True)
    return shares


def realised_rate(clean: IntArray, noisy: IntArray) -> float:
    """Share of wrong labels, in [0, 1]; `UserError` for labels [N] of different lengths, or none."""
    _check_paired(clean, noisy)
    return float(np.mean(clean != noisy))


def labels_hash(labels: IntArray) -> str:
    """SHA-256, as hex, of the labels as little-endian int64 in order: the same on every machine."""
    return hashlib.sha256(labels.astype("<i8").tobytes()).hexdigest()


def _check_paired(clean: IntArray, noisy: IntArray) -> None:
    if clean.shape != noisy.shape or clean.size == 0:
        raise UserError(
            f"labels: clean {clean.shape} and noisy {noisy.shape} must be of the same samples, at least one"
        )
