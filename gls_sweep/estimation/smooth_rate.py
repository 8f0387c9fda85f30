"""The smooth rate that an estimated transition matrix implies."""

import math

import numpy as np

from gls_sweep.errors import UserError
from gls_sweep.estimation.estimate import FloatArray

LOWEST_RATE = -8.0  # of those that the GLS paper tries


def implied_smooth_rate(transition: FloatArray, clean_shares: FloatArray, clean_rate: float = 0.0) -> float:
    """Return the rate with which GLS on noisy labels comes closest in expectation to GLS(``clean_rate``) on clean ones.

    The expected target of a sample of class i is ``(1-r) T_i + r/K 1`` with noisy labels; it ought to be
    ``(1-r*) e_i + r*/K 1``. The mean squared distance ``sum_i p_i |(1-r) a_i - (1-r*) b_i|^2`` with ``a_i = T_i - 1/K``
    and ``b_i = e_i - 1/K`` is least at ``1-r = (1-r*) sum_i p_i <a_i, b_i> / sum_i p_i <a_i, a_i>``, that is::

        1 - r = (1 - r*) (sum_i p_i T_ii - 1/K) / (sum_i p_i |T_i|^2 - 1/K)

    Under symmetric noise the distance is 0 and r is the closed form of the GLS paper (Wei et al., ICML 2022, arXiv
    2106.04149, eq. 7; `gls_sweep.losses.optimal_smooth_rate`). For class-dependent noise the paper gives no best rate:
    for two classes with flip rates e0 <= e1 its section 5.2 takes ``(r* - 2 e0) / (1 - 2 e0)``, right for the cleaner
    class, and is left with a term for the other. The rate here is a compromise between that of each class, weighted by
    ``p_i (1 - 2 e_i)^2``. This projection is our own.

    Parameters
    ----------
    transition
        T, float64 [K, K], rows sum to 1.
    clean_shares
        p = P(clean i), float64 [K], sums to 1.
    clean_rate
        r*, the best rate on clean labels, at most 1.

    Returns
    -------
    float
        In [-8, 1]. -8, the lowest rate of the paper, also where the labels say nothing: ``sum_i p_i T_ii <= 1/K``.

    Raises
    ------
    UserError
        Arrays that do not fit; ``clean_rate`` out of range.
    """
    num_classes = len(clean_shares)
    if transition.shape != (num_classes, num_classes) or num_classes < 2:
        raise UserError(f"transition: has shape {transition.shape}, must be [K, K] for K = {num_classes} >= 2 shares")
    if not (math.isfinite(clean_rate) and clean_rate <= 1):
        raise UserError(f"clean_rate={clean_rate}: must be finite and at most 1")
    agreement = float(clean_shares @ transition.diagonal()) - 1 / num_classes
    size = float(clean_shares @ np.square(transition - 1 / num_classes).sum(axis=1))
    if agreement <= 0 or (1 - clean_rate) * agreement >= (1 - LOWEST_RATE) * size:
        return LOWEST_RATE
    return 1 - (1 - clean_rate) * agreement / size
