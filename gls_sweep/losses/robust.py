"""Losses that are bounded in the probability of the label, and mixtures with cross entropy."""

import math

import torch
from torch import Tensor

from gls_sweep.losses.probabilities import log_probabilities, pick, shortfall

LOG_ZERO = math.log(1e-4)  # A, in place of log 0 in a one-hot label: as in the authors' code of SCE and of APL


def mae(logits: Tensor, labels: Tensor) -> Tensor:
    r"""Compute the mean absolute error per sample.

    ```math
    \sum_k |p_k - y_k| = 2 (1 - p_y)
    ```

    y_k is the one-hot label.

    Parameters
    ----------
    logits, labels
        [B, K], floating, and [B], int64 in 0..K-1.

    Returns
    -------
    Tensor
        [B] in [0, 2], in the dtype of the logits, float32 for half precision.

    References
    ----------
    Ghosh et al., "Robust Loss Functions under Label Noise for Deep Neural Networks", AAAI 2017,
    <https://arxiv.org/abs/1712.09482>.
    """
    return 2 * shortfall(log_probabilities(logits), labels)


def gce(logits: Tensor, labels: Tensor, *, q: float | Tensor) -> Tensor:
    r"""Compute generalized cross entropy per sample.

    ```math
    \frac{1 - p_y^q}{q}
    ```

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

    References
    ----------
    Zhang and Sabuncu, "Generalized Cross Entropy Loss for Training Deep Neural Networks with Noisy Labels",
    NeurIPS 2018, section 3.2, <https://arxiv.org/abs/1805.07836>.
    """
    return -torch.expm1(-q * pick(log_probabilities(logits), labels)) / q


def sce(logits: Tensor, labels: Tensor, *, alpha: float | Tensor, beta: float | Tensor) -> Tensor:
    r"""Compute symmetric cross entropy per sample.

    ```math
    -\alpha \log p_y - \beta A (1 - p_y), \quad A = \log 10^{-4}
    ```

    Reverse cross entropy, -Σ p_k log y_k of the one-hot label, is -A (1 - p_y) with A in place of log 0, as in the
    authors' code.

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

    References
    ----------
    Wang et al., "Symmetric Cross Entropy for Robust Learning with Noisy Labels", ICCV 2019,
    <https://arxiv.org/abs/1908.06112>.
    """
    log_p = log_probabilities(logits)
    return alpha * pick(log_p, labels) + beta * reverse_cross_entropy(log_p, labels)


def reverse_cross_entropy(log_p: Tensor, labels: Tensor) -> Tensor:
    """Return reverse cross entropy [B] from log p [B, K]; see `sce`."""
    return -LOG_ZERO * shortfall(log_p, labels)
