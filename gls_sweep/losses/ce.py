"""Cross entropy per sample."""

from torch import Tensor

from gls_sweep.losses.probabilities import log_probabilities, pick


def ce(logits: Tensor, labels: Tensor) -> Tensor:
    r"""Compute cross entropy per sample.

    ```math
    -\log p_y
    ```

    p is the softmax of the logits, y the label, here and in the other losses.

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

    References
    ----------
    Goodfellow, Bengio and Courville, "Deep Learning", 2016, section 6.2.2, <https://www.deeplearningbook.org>.
    """
    return pick(log_probabilities(logits), labels)
