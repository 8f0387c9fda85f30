"""Early-learning regularisation (Liu et al., NeurIPS 2020, arXiv 2007.00151)."""

from torch import Tensor

from gls_sweep.losses.probabilities import log_probabilities, pick

MARGIN = 1e-4  # probabilities are kept this far from 0 and 1, as in the authors' code: log(1 - <t, p>) stays finite


def elr(
    logits: Tensor, labels: Tensor, *, beta: float | Tensor, weight: float | Tensor, memory: Tensor
) -> tuple[Tensor, Tensor]:
    r"""Compute cross entropy with early-learning regularisation per sample.

    ```math
    -\log p_y + \lambda \log(1 - \langle t, p \rangle), \quad t = \beta t_\text{before} + (1 - \beta) p
    ```

    t, without a gradient, is a running mean of what was predicted for the sample.

    Parameters
    ----------
    logits, labels
        [B, K], floating, and [B], int64 in 0..K-1.
    beta
        How much of the memory stays, in [0, 1]; a float or a 0-d tensor. 0.7 in the paper for CIFAR-10, 0.9 for
        CIFAR-100.
    weight
        Their lambda, at least 0. 3 in the paper for CIFAR-10, 7 for CIFAR-100.
    memory
        [B, K], the samples' targets so far, zeros at first; see `gls_sweep.losses.extras`.

    Returns
    -------
    tuple of Tensor
        Losses [B] in the dtype of the logits, float32 for half precision, and t [B, K].

    References
    ----------
    Liu et al., "Early-Learning Regularization Prevents Memorization of Noisy Labels", NeurIPS 2020,
    <https://arxiv.org/abs/2007.00151>.
    """
    log_p = log_probabilities(logits)
    p = log_p.exp().clamp(MARGIN, 1 - MARGIN)
    predicted = p.detach()
    targets = beta * memory.to(log_p.dtype) + (1 - beta) * predicted / predicted.sum(-1, keepdim=True)
    regulariser = (1 - (targets * p).sum(-1)).log()
    return pick(log_p, labels) + weight * regulariser, targets
