"""What the names of `precision` stand for.

`float32` and `float64` are what weights, batches and products are kept and computed in. `bfloat16` computes a network's
products and convolutions in bfloat16 by `torch.autocast`; weights, optimiser, BatchNorm's statistics and losses stay
float32. TF32, by which a GPU rounds the factors of float32 products to 10 bits, is never used: who wants speed for
digits takes bfloat16, and says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor


def weights_dtype(precision: str) -> torch.dtype:
    """Give the dtype of weights, batches and losses."""
    return torch.float64 if precision == "float64" else torch.float32


def autocast(precision: str, device: torch.device) -> torch.autocast:
    """Make the context that a network runs in.

    Casts are not cached: a weight is used once a step, and a CUDA graph must not see the casts of another.
    """
    return torch.autocast(device.type, torch.bfloat16, enabled=precision == "bfloat16", cache_enabled=False)


def widened(logits: Tensor) -> Tensor:
    """Give what a loss takes: bfloat16 as float32, all else as it is."""
    return logits.float() if logits.dtype == torch.bfloat16 else logits


@contextmanager
def without_tf32() -> Iterator[None]:
    """Switch TF32 off for a while, for products and convolutions; torch allows it for convolutions unless told."""
    products, convolutions = torch.backends.cuda.matmul, torch.backends.cudnn
    before = products.allow_tf32, convolutions.allow_tf32
    products.allow_tf32 = convolutions.allow_tf32 = False
    try:
        yield
    finally:
        products.allow_tf32, convolutions.allow_tf32 = before
