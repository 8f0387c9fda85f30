"""CORES²: confidence regularised sample sieve (Cheng et al., ICLR 2021, arXiv 2010.02347)."""

import math

import torch
from torch import Tensor

from gls_sweep.losses.probabilities import log_probabilities, pick

FLOOR = 1e-8  # of the regulariser's probabilities, as in the authors' code: without it the loss has no lower bound


def cores(
    logits: Tensor,
    labels: Tensor,
    *,
    beta: float | Tensor,
    label_shares: Tensor,
    prior: str = "labels",
    sieve: bool = True,
) -> Tensor:
    r"""Compute CORES² per sample: confidence-regularised cross entropy of the samples that pass a sieve.

    ```math
    v \left( -\log p_y + \beta \sum_k \pi_k \log(p_k + 10^{-8}) \right),
    \quad v = \left[ -\log p_y \le -\frac{1}{K} \sum_k \log(p_k + 10^{-8}) \right]
    ```

    π is the ``prior``; v is 1 for a sample that passes the sieve, else 0. Those that do are weighted up so that the
    mean over the batch is the mean over them, as in the authors' code; the others lose 0.

    Parameters
    ----------
    logits, labels
        [B, K], floating, and [B], int64 in 0..K-1.
    beta
        Weight of the confidence regulariser, at least 0; a float or a 0-d tensor. Theirs ends at 2.
    label_shares
        [K]; see `gls_sweep.losses.extras`.
    prior
        ``"labels"``, the shares of the given labels as in the paper, or ``"uniform"``.
    sieve
        False keeps all samples, as the authors do in their first 30 epochs. Without it, a uniform prior is the
        expectation of `gls_sweep.losses.peer` over peers.

    Returns
    -------
    Tensor
        [B] in the dtype of the logits, float32 for half precision.

    References
    ----------
    Cheng et al., "Learning with Instance-Dependent Label Noise: A Sample Sieve Approach", ICLR 2021,
    <https://arxiv.org/abs/2010.02347>.
    """
    log_p = log_probabilities(logits)
    floored = torch.logaddexp(log_p, torch.full_like(log_p, math.log(FLOOR)))
    cross_entropy, uniform = pick(log_p, labels), -floored.mean(-1)
    expected = uniform if prior == "uniform" else -(label_shares.to(log_p.dtype) * floored).sum(-1)
    losses = cross_entropy - beta * expected
    if not sieve:
        return losses
    kept = (cross_entropy <= uniform).to(log_p.dtype)
    return losses * kept * len(labels) / kept.sum().clamp_min(1)
