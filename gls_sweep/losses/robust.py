"""Losses that are bounded in the probability of the label, and mixtures with cross entropy."""

import math

import torch
from torch import Tensor

from gls_sweep.losses.probabilities import log_probabilities, pick, shortfall

LOG_ZERO = math.log(1e-4)  # A, in place of log 0 in a one-hot label: as in the authors' code of SCE and of APL


def mae(logits: Tensor, labels: Tensor) -> Tensor:
    """Mean absolute error per sample, ``sum_k |p_k - y_k| = 2 (1 - p_y)`` (Ghosh et al., AAAI 2017, arXiv 1712.09482).

    Parameters
    ----------
    logits, labels
        [B, K], floating, and [B], int64 in 0..K-1.

    Returns
    -------
    Tensor
        [B] in [0, 2], in the dtype of the logits, float32 for half precision.
    """
    return 2 * shortfall(log_probabilities(logits), labels)


def gce(logits: Tensor, labels: Tensor, *, q: float | Tensor) -> Tensor:
    """Generalized cross entropy per sample, ``(1 - p_y^q) / q`` (Zhang and Sabuncu, NeurIPS 2018, arXiv 1805.07836).

    Their L_q; not the truncated one, which drops samples between epochs.

    Parameters
    ----------
    logits, labels
        [B, K], floating, and [B], int64 in 0..K-1.
    q
        In (0, 1]; a float or a 0-d tensor. 0.7 in the paper. Towards 0 it is cross entropy, at 1 half of `mae`.

    Returns
    -------
    Tensor
        [B] in [0, 1/q], in the dtype of the logits, float32 for half precision.
    """
    return -torch.expm1(-q * pick(log_probabilities(logits), labels)) / q


def sce(logits: Tensor, labels: Tensor, *, alpha: float | Tensor, beta: float | Tensor) -> Tensor:
    """Symmetric cross entropy per sample, ``alpha CE + beta RCE`` (Wang et al., ICCV 2019, arXiv 1908.06112).

    Reverse cross entropy is ``-sum_k p_k log y_k = -A (1 - p_y)`` with A in place of log 0: log 1e-4, as in their code.

    Parameters
    ----------
    logits, labels
        [B, K], floating, and [B], int64 in 0..K-1.
    alpha, beta
        Weights, at least 0; floats or 0-d tensors. 0.1 and 1 in the paper for CIFAR-10, 6 and 0.1 for CIFAR-100.

    Returns
    -------
    Tensor
        [B] in the dtype of the logits, float32 for half precision.
    """
    log_p = log_probabilities(logits)
    return alpha * pick(log_p, labels) + beta * reverse_cross_entropy(log_p, labels)


def reverse_cross_entropy(log_p: Tensor, labels: Tensor) -> Tensor:
    """Return reverse cross entropy [B] from log p [B, K]; see `sce`."""
    return -LOG_ZERO * shortfall(log_p, labels)
