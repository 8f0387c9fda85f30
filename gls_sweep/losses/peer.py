"""Losses that compare a sample's label with the label of a peer, a sample drawn at random.

In the papers the peer's label goes with the input of a third sample, drawn independently. Here it goes with the
sample's own input, which is independent of it too: the expectation over a batch is the same, without a second forward
pass.
"""

from torch import Tensor

from gls_sweep.losses.probabilities import log_probabilities, pick


def peer(logits: Tensor, labels: Tensor, *, alpha: float | Tensor, peer_labels: Tensor) -> Tensor:
    r"""Compute the peer loss per sample.

    ```math
    -\log p_y + \alpha \log p_{y'}
    ```

    y' is the label of a peer.

    Parameters
    ----------
    logits, labels
        [B, K], floating, and [B], int64 in 0..K-1.
    alpha
        Weight of the peer term, at least 0; a float or a 0-d tensor. 1 is the paper's peer loss.
    peer_labels
        [B], int64; see `gls_sweep.losses.extras`.

    Returns
    -------
    Tensor
        [B] in the dtype of the logits, float32 for half precision. It has no lower bound.

    Notes
    -----
    Where all classes have equal shares, its expectation over peers is ``(1 - alpha) GLS(r)`` with
    ``r = -alpha / (1 - alpha)``; at ``alpha = 1`` it is the limit of ``GLS(r) / |r|`` for r towards minus infinity.

    References
    ----------
    Liu and Guo, "Peer Loss Functions: Learning from Noisy Labels without Knowing Noise Rates", ICML 2020,
    <https://arxiv.org/abs/1910.03231>.
    """
    log_p = log_probabilities(logits)
    return pick(log_p, labels) - alpha * pick(log_p, peer_labels)


def total_variation(logits: Tensor, labels: Tensor, *, peer_labels: Tensor) -> Tensor:
    r"""Compute minus the f-divergence of total variation per sample.

    ```math
    \frac{1}{2} \tanh p_{y'} - \frac{1}{2} \tanh p_y
    ```

    y' is the label of a peer: the variational form with g = tanh / 2 of the probability, as in the authors' code.

    Parameters
    ----------
    logits, labels
        [B, K], floating, and [B], int64 in 0..K-1.
    peer_labels
        [B], int64; see `gls_sweep.losses.extras`.

    Returns
    -------
    Tensor
        [B] within +-tanh(1)/2, in the dtype of the logits, float32 for half precision.

    References
    ----------
    Wei and Liu, "When Optimizing f-Divergence is Robust with Label Noise", ICLR 2021,
    <https://arxiv.org/abs/2011.03687>.
    """
    log_p = log_probabilities(logits)
    of_label, of_peer = ((-pick(log_p, own)).exp().tanh() for own in (labels, peer_labels))
    return (of_peer - of_label) / 2
