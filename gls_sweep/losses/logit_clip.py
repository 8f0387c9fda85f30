"""LogitClip with cross entropy (Wei et al., ICML 2023, arXiv 2212.04055)."""

import torch
from torch import Tensor

from gls_sweep.losses.ce import ce


def logit_clip(logits: Tensor, labels: Tensor, *, tau: float | Tensor) -> Tensor:
    r"""Compute cross entropy of logits whose Euclidean norm is clipped, which bounds the loss, per sample.

    ```math
    -\log \mathrm{softmax} \left( z \min(1, \tau / \lVert z \rVert_2) \right)_y
    ```

    The authors' code scales logits whose norm is above its option ``temp`` down to ``1 / temp``, not ``temp``; the two
    agree at 1, the default of both.

    Parameters
    ----------
    logits, labels
        [B, K], floating, and [B], int64 in 0..K-1.
    tau
        Above 0; a float or a 0-d tensor.

    Returns
    -------
    Tensor
        [B] in the dtype of the logits, float32 for half precision.

    References
    ----------
    Wei et al., "Mitigating Memorization of Noisy Labels by Clipping the Model Prediction", ICML 2023,
    <https://arxiv.org/abs/2212.04055>.
    """
    half = logits.dtype in (torch.float16, torch.bfloat16)
    logits = logits.float() if half else logits
    norms = torch.linalg.vector_norm(logits, dim=-1, keepdim=True)
    return ce(logits * (tau / norms.clamp_min(tau)), labels)
