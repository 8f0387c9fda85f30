"""Bootstrapping: labels mixed with the network's own predictions (Reed et al., ICLR workshop 2015, arXiv 1412.6596)."""

from torch import Tensor

from gls_sweep.losses.probabilities import log_probabilities, pick


def bootstrap_soft(logits: Tensor, labels: Tensor, *, beta: float | Tensor) -> Tensor:
    r"""Compute cross entropy with the labels mixed with the predicted probabilities, per sample.

    ```math
    -\sum_k (\beta y_k + (1 - \beta) p_k) \log p_k
    ```

    y is the one-hot label.

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

    References
    ----------
    Reed et al., "Training Deep Neural Networks on Noisy Labels with Bootstrapping", ICLR workshop 2015,
    <https://arxiv.org/abs/1412.6596>.
    """
    log_p = log_probabilities(logits)
    entropy = -(log_p.exp() * log_p).sum(-1)
    return beta * pick(log_p, labels) + (1 - beta) * entropy


def bootstrap_hard(logits: Tensor, labels: Tensor, *, beta: float | Tensor) -> Tensor:
    r"""Compute cross entropy with the labels mixed with the predicted class, per sample.

    ```math
    -\sum_k (\beta y_k + (1 - \beta) z_k) \log p_k
    ```

    z is the one-hot prediction. Parameters and result as of `bootstrap_soft`; ``beta`` is 0.8 in the paper.

    References
    ----------
    Reed et al., "Training Deep Neural Networks on Noisy Labels with Bootstrapping", ICLR workshop 2015,
    <https://arxiv.org/abs/1412.6596>.
    """
    log_p = log_probabilities(logits)
    return beta * pick(log_p, labels) + (1 - beta) * pick(log_p, log_p.argmax(-1))
