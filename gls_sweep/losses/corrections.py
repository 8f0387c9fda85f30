"""Losses corrected by the transition matrix (Patrini et al., CVPR 2017, arXiv 1609.03683).

T[i, j] = P(noisy label j | clean label i); its rows sum to 1. Where the labels are complementary ones,
that is classes a sample does *not* belong to, drawn uniformly, T is (1 - I) / (K - 1): `forward` is then the loss of Yu
et al. (ECCV 2018), `backward` that of Ishida et al. (ICML 2019).
"""

import torch
from torch import Tensor

from gls_sweep.losses.probabilities import log_probabilities


def forward(logits: Tensor, labels: Tensor, *, transition: Tensor) -> Tensor:
    r"""Compute cross entropy of the noisy labels' distribution per sample.

    ```math
    -\log \sum_i T_{iy} p_i
    ```

    Parameters
    ----------
    logits, labels
        [B, K], floating, and [B], int64 in 0..K-1.
    transition
        T, [K, K], rows sum to 1. The identity gives cross entropy, to the bit.

    Returns
    -------
    Tensor
        [B] in the dtype of the logits, float32 for half precision. Infinite for a label that T says nobody is given.

    References
    ----------
    Patrini et al., "Making Deep Neural Networks Robust to Label Noise: A Loss Correction Approach", CVPR 2017,
    theorem 2, <https://arxiv.org/abs/1609.03683>.
    """
    log_p = log_probabilities(logits)
    # Summed in log space: a network that is sure of another class would make (T^t p)_y zero and its gradient NaN.
    return -(log_p + transition.to(log_p.dtype).log().T[labels]).logsumexp(-1)


def backward(logits: Tensor, labels: Tensor, *, transition: Tensor) -> Tensor:
    r"""Compute what is cross entropy on clean labels in expectation, per sample.

    ```math
    -\sum_k (T^{-1})_{yk} \log p_k
    ```

    Parameters and result as of `forward`. It has no lower bound. A T without an inverse gives infinite or NaN losses:
    an exception would stop the other replicas too.

    References
    ----------
    Patrini et al., "Making Deep Neural Networks Robust to Label Noise: A Loss Correction Approach", CVPR 2017,
    theorem 1, <https://arxiv.org/abs/1609.03683>.
    """
    log_p = log_probabilities(logits)
    inverse: Tensor = torch.linalg.inv_ex(transition.to(log_p.dtype)).inverse
    return -(inverse[labels] * log_p).sum(-1)
