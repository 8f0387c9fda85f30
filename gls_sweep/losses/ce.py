"""Cross entropy per sample."""

import torch
from torch import Tensor


def log_probabilities(logits: Tensor, dim: int = -1) -> Tensor:
    """Return log softmax over the classes; half precision is computed and returned in float32, where it is finite."""
    half = logits.dtype in (torch.float16, torch.bfloat16)
    return torch.log_softmax(logits, dim, dtype=torch.float32 if half else None)


def pick(log_p: Tensor, labels: Tensor) -> Tensor:
    """Return -log p of the labels [...] from log p [..., K]."""
    return -log_p.gather(-1, labels.unsqueeze(-1)).squeeze(-1)


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
