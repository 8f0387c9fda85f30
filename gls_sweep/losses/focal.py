"""Focal loss per sample (Lin et al., ICCV 2017, arXiv 1708.02002)."""

from torch import Tensor

from gls_sweep.losses.probabilities import log_complements, log_probabilities


def focal(logits: Tensor, labels: Tensor, *, gamma: float | Tensor) -> Tensor:
    r"""Compute the focal loss of a softmax per sample, without class weights.

    ```math
    -(1 - p_y)^\gamma \log p_y
    ```

    Parameters
    ----------
    logits, labels
        [B, K], floating, and [B], int64 in 0..K-1.
    gamma
        At least 0; a float or a 0-d tensor. 2 in the paper. 0 is cross entropy.

    Returns
    -------
    Tensor
        [B] in the dtype of the logits, float32 for half precision.

    References
    ----------
    Lin et al., "Focal Loss for Dense Object Detection", ICCV 2017, equation 4, <https://arxiv.org/abs/1708.02002>.
    """
    of_classes = focal_of_classes(log_probabilities(logits), gamma)
    return of_classes.gather(-1, labels.unsqueeze(-1)).squeeze(-1)


def focal_of_classes(log_p: Tensor, gamma: float | Tensor) -> Tensor:
    """Return the focal loss [B, K] that each class would have as the label, from log p [B, K]."""
    # From log(1 - p): as a power of 1 - p, a gamma below 1 has an infinite slope where p is 1.
    return -(gamma * log_complements(log_p)).exp() * log_p
