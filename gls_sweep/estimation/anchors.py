"""T read off the outputs at anchor points: samples that belong to a class for certain."""

import math

import numpy as np

from gls_sweep.errors import UserError
from gls_sweep.estimation.estimate import (
    Estimate,
    FloatArray,
    IntArray,
    check_outputs,
    clean_shares_behind,
    label_shares,
    rows_to_distributions,
)

PERCENTILE = 97.0


def anchor_points(probabilities: FloatArray, labels: IntArray, *, percentile: float | None = None) -> Estimate:
    """Take as row i of T the output at the sample that most looks like class i (Patrini et al., CVPR 2017, eq. 12-13).

    Asks for calibrated probabilities: a network that is too sure of itself makes the noise look smaller.

    Parameters
    ----------
    probabilities
        Softmax outputs, float64 [N, K].
    labels
        Given, noisy labels, int64 [N] in 0..K-1; only their shares are used, for P(clean).
    percentile
        In (0, 100]: the sample just below this percentile of a class's probabilities is its anchor point, the ones
        above it count as outliers; 100 takes the largest. None does as the authors' code
        (github.com/giorgiop/loss-correction): 97 for few classes, 100 for so many (34 and more) that the outliers
        would be more than a class. Their code also zeroes the outliers for the classes after, which is not done here.

    Returns
    -------
    Estimate
        Exact where the outputs are the true noisy posteriors and every class has anchor points. Equally likely anchor
        points are averaged. Labels of a class whose anchor point has probability 0 of it count as right.

    Raises
    ------
    UserError
        See `check_outputs`; a percentile out of range.
    """
    check_outputs(probabilities, labels)
    num_classes = probabilities.shape[1]
    if percentile is None:
        percentile = PERCENTILE if num_classes * (1 - PERCENTILE / 100) < 1 else 100.0
    if not 0 < percentile <= 100:
        raise UserError(f"percentile={percentile}: must be above 0 and at most 100")
    transition = np.stack([_anchor(probabilities, i, percentile) for i in range(num_classes)])
    transition = rows_to_distributions(transition)
    return Estimate(transition, clean_shares_behind(transition, label_shares(labels, num_classes)))


def dual_t(probabilities: FloatArray, labels: IntArray) -> Estimate:
    """Multiply what anchor points say of an intermediate class by counts (Yao et al., NeurIPS 2020, arXiv 2006.07805).

    ``T = T_club T_spade``: ``T_club[i, l] = P(intermediate l | clean i)`` from `anchor_points`, ``T_spade[l, j] =
    P(noisy j | intermediate l)`` by counting labels among the samples predicted as l. The counts correct a network
    that is too sure of itself. One that is calibrated already has them in its probabilities, and the noise is counted
    twice: true posteriors give T T, certain and right predictions give T.

    Parameters
    ----------
    probabilities
        Softmax outputs, float64 [N, K].
    labels
        Given, noisy labels, int64 [N] in 0..K-1.

    Returns
    -------
    Estimate
        Labels of a class that is never predicted count as right there.

    Raises
    ------
    UserError
        See `check_outputs`.
    """
    club = anchor_points(probabilities, labels).transition
    num_classes = len(club)
    pairs = probabilities.argmax(axis=1) * num_classes + labels
    counts = np.bincount(pairs, minlength=num_classes**2).reshape(num_classes, num_classes)
    transition = club @ rows_to_distributions(counts.astype(np.float64))
    return Estimate(transition, clean_shares_behind(transition, label_shares(labels, num_classes)))


def _anchor(probabilities: FloatArray, label: int, percentile: float) -> FloatArray:
    values = probabilities[:, label]
    last = len(values) - 1
    rank = last if percentile == 100 else max(math.ceil(percentile / 100 * last) - 1, 0)
    value = np.partition(values, rank)[rank]
    row: FloatArray = (
        probabilities[values == value].mean(axis=0) if value > 0 else np.eye(probabilities.shape[1])[label]
    )
    return row
