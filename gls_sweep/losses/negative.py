"""Losses on a complementary label: a class drawn from those other than the given one, taken as not the true one."""

import torch
from torch import Tensor

from gls_sweep.losses.probabilities import log_complements, log_probabilities


def negative_learning(logits: Tensor, labels: Tensor, *, other_labels: Tensor) -> Tensor:
    r"""Compute the loss of another label o, taken as not the true one, per sample.

    ```math
    -\log(1 - p_o)
    ```

    The first stage of NLNL. Their code weighs classes by their shares and, for CIFAR-100, takes 110 other labels a
    step; here it is one, unweighted.

    Parameters
    ----------
    logits, labels
        [B, K], floating, and [B], int64 in 0..K-1; the label itself only says which others there are.
    other_labels
        [B], int64; see `gls_sweep.losses.extras`.

    Returns
    -------
    Tensor
        [B] in the dtype of the logits, float32 for half precision. Cross entropy where K is 2.

    References
    ----------
    Kim et al., "NLNL: Negative Learning for Noisy Labels", ICCV 2019, <https://arxiv.org/abs/1908.07387>.
    """
    return -log_complements(log_probabilities(logits)).gather(-1, other_labels.unsqueeze(-1)).squeeze(-1)


def complementary(logits: Tensor, labels: Tensor, *, other_labels: Tensor) -> Tensor:
    r"""Learn from a complementary label: compute how far the logit of another label o is above the mean, per sample.

    ```math
    (K - 1) \left( z_o - \frac{1}{K} \sum_k z_k \right)
    ```

    z are the logits. It is the authors' one-versus-all loss with the linear ``(1 - z) / 2``, which is symmetric as they
    require, up to a factor and a constant. The complementary label is drawn here, from the classes other than the given
    one. For labels that are complementary themselves, see `gls_sweep.losses.forward`.

    Its expectation over the other labels is ``CE(y) - mean_k CE(k)``, the limit of ``GLS(r) / |r|`` for r towards minus
    infinity.

    Parameters
    ----------
    logits, labels
        [B, K], floating, and [B], int64 in 0..K-1; the label itself only says which others there are.
    other_labels
        [B], int64; see `gls_sweep.losses.extras`.

    Returns
    -------
    Tensor
        [B] in the dtype of the logits, float32 for half precision. It has no lower bound.

    References
    ----------
    Ishida et al., "Learning from Complementary Labels", NeurIPS 2017, <https://arxiv.org/abs/1705.07541>; the limit:
    Wei et al., ICML 2022, <https://arxiv.org/abs/2106.04149>.
    """
    half = logits.dtype in (torch.float16, torch.bfloat16)
    logits = logits.float() if half else logits
    of_other = logits.gather(-1, other_labels.unsqueeze(-1)).squeeze(-1)
    return (logits.shape[-1] - 1) * (of_other - logits.mean(-1))
