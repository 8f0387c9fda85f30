"""Active passive losses: a normalised loss and a passive one (Ma et al., ICML 2020, arXiv 2006.13554)."""

from torch import Tensor

from gls_sweep.losses.focal import focal_of_classes
from gls_sweep.losses.probabilities import log_probabilities, pick, shortfall
from gls_sweep.losses.robust import reverse_cross_entropy


def nce_rce(logits: Tensor, labels: Tensor, *, alpha: float | Tensor, beta: float | Tensor) -> Tensor:
    r"""Compute normalised plus reverse cross entropy per sample.

    ```math
    \alpha \frac{\log p_y}{\sum_k \log p_k} - \beta A (1 - p_y), \quad A = \log 10^{-4}
    ```

    The reverse cross entropy is that of `gls_sweep.losses.sce`.

    Parameters
    ----------
    logits, labels
        [B, K], floating, and [B], int64 in 0..K-1.
    alpha, beta
        Weights, at least 0; floats or 0-d tensors. 1 and 1 in the authors' code for CIFAR-10, 10 and 0.1 for CIFAR-100.

    Returns
    -------
    Tensor
        [B] in the dtype of the logits, float32 for half precision.

    References
    ----------
    Ma et al., "Normalized Loss Functions for Deep Learning with Noisy Labels", ICML 2020,
    <https://arxiv.org/abs/2006.13554>.
    """
    log_p = log_probabilities(logits)
    return alpha * pick(log_p, labels) / -log_p.sum(-1) + beta * reverse_cross_entropy(log_p, labels)


def nfl_mae(
    logits: Tensor, labels: Tensor, *, alpha: float | Tensor, beta: float | Tensor, gamma: float | Tensor
) -> Tensor:
    r"""Compute the normalised focal loss plus the mean absolute error per sample.

    ```math
    \alpha \frac{(1 - p_y)^\gamma \log p_y}{\sum_k (1 - p_k)^\gamma \log p_k} + \beta (1 - p_y)
    ```

    The mean absolute error is halved, as in the authors' code. That code lets no gradient through the focal weights;
    here, as in the paper's equations, they have theirs.

    Parameters
    ----------
    logits, labels
        [B, K], floating, and [B], int64 in 0..K-1.
    alpha, beta
        Weights, at least 0; floats or 0-d tensors. 1 and 1 in the authors' code for CIFAR-10, 10 and 1 for CIFAR-100.
    gamma
        Of the focal loss, at least 0. 0.5 in the authors' code.

    Returns
    -------
    Tensor
        [B] in the dtype of the logits, float32 for half precision.

    References
    ----------
    Ma et al., "Normalized Loss Functions for Deep Learning with Noisy Labels", ICML 2020,
    <https://arxiv.org/abs/2006.13554>.
    """
    log_p = log_probabilities(logits)
    of_classes = focal_of_classes(log_p, gamma)
    normalised = of_classes.gather(-1, labels.unsqueeze(-1)).squeeze(-1) / of_classes.sum(-1)
    return alpha * normalised + beta * shortfall(log_p, labels)
