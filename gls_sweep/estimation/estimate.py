"""What every estimator returns, and what all of them need: checked arrays, label shares."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from gls_sweep.errors import UserError

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]

ROW_SUM_TOLERANCE = 1e-3  # wide enough for softmax outputs in half precision
EM_STEPS = 1000  # cheap at [K, K]; what is left to gain after them is far below the noise of the labels


@dataclass(frozen=True, eq=False)
class Estimate:
    """How labels were made noisy, estimated from noisy data alone.

    Attributes
    ----------
    transition
        T, float64 [K, K], ``T[i, j] = P(noisy j | clean i)``; rows sum to 1.
    clean_shares
        P(clean i), float64 [K], sums to 1.
    """

    transition: FloatArray
    clean_shares: FloatArray

    @property
    def noise_rate(self) -> float:
        """Share of wrong labels, in [0, 1]: ``1 - sum_i P(clean i) T[i, i]``."""
        return max(0.0, float(1.0 - self.clean_shares @ self.transition.diagonal()))


def check_outputs(probabilities: FloatArray, labels: IntArray) -> None:
    """Refuse what are no softmax outputs [N, K] with labels [N] in 0..K-1 of the same samples.

    Raises
    ------
    UserError
        Wrong shapes, fewer than two classes, no sample, a row that is no distribution, a label outside the classes.
    """
    if probabilities.ndim != 2 or probabilities.shape[1] < 2 or len(probabilities) == 0:
        raise UserError(f"probabilities: have shape {probabilities.shape}, must be [N, K] with N >= 1 and K >= 2")
    improper = ~((probabilities >= 0).all(axis=1) & (abs(probabilities.sum(axis=1) - 1) <= ROW_SUM_TOLERANCE))
    if improper.any():
        raise UserError(
            f"probabilities: row {improper.argmax()} is no distribution; must be softmax outputs, which those of a "
            "diverged network are not"
        )
    check_labels(labels, *probabilities.shape)


def check_labels(labels: IntArray, num_samples: int, num_classes: int) -> None:
    """Raise `UserError` for labels that are not int64 [N] in 0..K-1."""
    if labels.shape != (num_samples,) or labels.dtype != np.int64:
        raise UserError(f"labels: are {labels.dtype} {labels.shape}, must be int64 of shape ({num_samples},)")
    if labels.min() < 0 or labels.max() >= num_classes:
        raise UserError(f"labels: found {labels.min()}..{labels.max()}, all must be in 0..{num_classes - 1}")


def label_shares(labels: IntArray, num_classes: int) -> FloatArray:
    """P(noisy j), float64 [K]."""
    shares: FloatArray = np.bincount(labels, minlength=num_classes) / len(labels)
    return shares


def clean_shares_behind(transition: FloatArray, noisy_shares: FloatArray) -> FloatArray:
    """Solve ``P(clean) T = P(noisy)`` for the maximum-likelihood P(clean) [K], by EM from equal shares.

    Unlike a matrix inverse it stays within [0, 1], also where T is singular or does not fit the shares.
    """
    shares = np.full(len(transition), 1.0 / len(transition))
    for _ in range(EM_STEPS):
        expected = shares @ transition
        shares = shares * (
            transition @ np.divide(noisy_shares, expected, out=np.zeros_like(expected), where=expected > 0)
        )
        shares = shares / shares.sum()
    return shares


def rows_to_distributions(counts: FloatArray) -> FloatArray:
    """Divide each row [K] by its sum; a row without counts becomes that of a class whose labels are all right."""
    sums = counts.sum(axis=1, keepdims=True)
    return np.where(sums > 0, counts / np.where(sums > 0, sums, 1.0), np.eye(len(counts)))
