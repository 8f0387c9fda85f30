"""Cross entropy per sample."""

from torch import Tensor

from gls_sweep.losses.probabilities import log_probabilities, pick


def ce(logits: Tensor, labels: Tensor) -> Tensor:
    """Cross entropy per sample.

    Parameters
    ----------
    logits
        [B, K], floating.
    labels
        [B], int64 in 0..K-1.

    Returns
    -------
    Tensor
        [B] in the dtype of the logits, float32 for half precision.
    """
    return pick(log_probabilities(logits), labels)
