"""What the losses are made of, all in log space: stays finite where a probability is 0 or 1 to the last bit."""

import math

import torch
from torch import Tensor


def log_probabilities(logits: Tensor, dim: int = -1) -> Tensor:
    """Return log softmax over the classes; half precision is computed and returned in float32, where it is finite.

    Logits [B, K] that lie with the samples last are taken as they lie: a copy with the classes last would lead to a
    kernel that is several times slower for a few classes.
    """
    dtype = torch.float32 if logits.dtype in (torch.float16, torch.bfloat16) else None
    if dim == -1 and logits.dim() == 2 and logits.stride(0) == 1:
        return torch.log_softmax(logits.t(), 0, dtype=dtype).t()
    return torch.log_softmax(logits, dim, dtype=dtype)


def pick(log_p: Tensor, labels: Tensor) -> Tensor:
    """Return -log p of the labels [...] from log p [..., K]."""
    return -log_p.gather(-1, labels.unsqueeze(-1)).squeeze(-1)


def shortfall(log_p: Tensor, labels: Tensor) -> Tensor:
    """Return 1 - p of the labels [...] from log p [..., K]."""
    return -torch.expm1(-pick(log_p, labels))


def log_complements(log_p: Tensor) -> Tensor:
    """Return log(1 - p) of every class from log p [..., K], K at least 2.

    For the likeliest class it is the sum over the others, as 1 - p would be 0 or full of rounding there.
    """
    likeliest = torch.arange(log_p.shape[-1], device=log_p.device) == log_p.argmax(-1, keepdim=True)
    of_likeliest = log_p.masked_fill(likeliest, -math.inf).logsumexp(-1, keepdim=True)
    of_others = torch.log1p(-log_p.masked_fill(likeliest, -1.0).exp())  # p at most 1/2; -1 only keeps it finite
    return torch.where(likeliest, of_likeliest, of_others)
