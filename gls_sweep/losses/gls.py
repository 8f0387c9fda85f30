"""Generalized label smoothing per sample (Wei et al., ICML 2022, arXiv 2106.04149, section 2)."""

from torch import Tensor

from gls_sweep.losses.probabilities import log_probabilities, pick


def gls(
    logits: Tensor,
    labels: Tensor,
    *,
    smooth_rate: float | Tensor,
    wa: float | Tensor = 0.0,
    wb: float | Tensor = 1.0,
) -> Tensor:
    r"""Compute generalized label smoothing per sample.

    ```math
    -w_a \log p_y - w_b \left( (1 - r) \log p_y + \frac{r}{K} \sum_k \log p_k \right)
    ```

    Values are not checked here: this is the inner loop. `gls_sweep.losses.gls_loss` is the checked form.

    Parameters
    ----------
    logits
        [B, K], floating.
    labels
        [B], int64 in 0..K-1.
    smooth_rate
        r, at most 1; 0 is plain cross entropy, to the bit when ``wa + wb == 1``. A float or a 0-d tensor, as are
        ``wa`` and ``wb``; under `torch.func.vmap` over replicas, one value of [R] each.
    wa, wb
        Weights of cross entropy and of GLS.

    Returns
    -------
    Tensor
        [B] in the dtype of the logits, float32 for half precision. For r < 0 it has no lower bound.

    References
    ----------
    Wei, Liu, Liu, Niu, Sugiyama and Liu, "To Smooth or Not? When Label Smoothing Meets Noisy Labels", ICML 2022,
    section 2, <https://arxiv.org/abs/2106.04149>.
    """
    log_p = log_probabilities(logits)
    return mix(pick(log_p, labels), -log_p.mean(-1), smooth_rate, wa, wb)


def mix(hard: Tensor, uniform: Tensor, smooth_rate: float | Tensor, wa: float | Tensor, wb: float | Tensor) -> Tensor:
    """Weigh the loss against the labels (``hard``) and the loss against the uniform distribution, same shapes."""
    weight = wb * smooth_rate
    # A class of probability 0 makes `uniform` infinite, and 0 * inf would be NaN where there is no smoothing at all.
    # NaN logits still show: they make `hard` NaN too.
    uniform = uniform.masked_fill(~uniform.isfinite() & (weight == 0), 0.0)
    return (wa + wb * (1 - smooth_rate)) * hard + weight * uniform
