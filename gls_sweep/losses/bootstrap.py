"""Bootstrapping: labels mixed with the network's own predictions (Reed et al., ICLR workshop 2015, arXiv 1412.6596)."""

from torch import Tensor

from gls_sweep.losses.probabilities import log_probabilities, pick


def bootstrap_soft(logits: Tensor, labels: Tensor, *, beta: float | Tensor) -> Tensor:
    """Compute ``-sum_k (beta y_k + (1 - beta) p_k) log p_k`` per sample, y one-hot.

    Parameters
    ----------
    logits, labels
        [B, K], floating, and [B], int64 in 0..K-1.
    beta
        Weight of the given label, in [0, 1]; a float or a 0-d tensor. 0.95 in the paper. 1 is cross entropy.

    Returns
    -------
    Tensor
        [B] in the dtype of the logits, float32 for half precision.
    """
    log_p = log_probabilities(logits)
    entropy = -(log_p.exp() * log_p).sum(-1)
    return beta * pick(log_p, labels) + (1 - beta) * entropy


def bootstrap_hard(logits: Tensor, labels: Tensor, *, beta: float | Tensor) -> Tensor:
    """Compute ``-sum_k (beta y_k + (1 - beta) z_k) log p_k`` per sample, z one-hot of the prediction.

    As `bootstrap_soft`, with 0.8 for ``beta`` in the paper.
    """
    log_p = log_probabilities(logits)
    return beta * pick(log_p, labels) + (1 - beta) * pick(log_p, log_p.argmax(-1))
