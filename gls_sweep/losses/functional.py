"""GLS for any training loop, with the conventions of `torch.nn.functional.cross_entropy`."""

import math

import torch
from torch import Tensor, nn

from gls_sweep.errors import UserError
from gls_sweep.losses.gls import mix
from gls_sweep.losses.probabilities import log_probabilities, pick

REDUCTIONS = ("none", "mean", "sum")


def gls_loss(
    input: Tensor,
    target: Tensor,
    smooth_rate: float | Tensor,
    *,
    wa: float | Tensor = 0.0,
    wb: float | Tensor = 1.0,
    weight: Tensor | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> Tensor:
    r"""Compute generalized label smoothing.

    ```math
    -w_a \log p_y - w_b \left( (1 - r) \log p_y + \frac{r}{K} \sum_k \log p_k \right)
    ```

    For ``wa=0, wb=1`` and r in [0, 1] it equals
    ``F.cross_entropy(..., label_smoothing=r)`` in every option; it goes on where that one silently stops, at r < 0.

    Parameters
    ----------
    input
        Logits [K], [B, K] or [B, K, d1, ...].
    target
        Class indices of the shape of ``input`` without K, or class probabilities, floating, of the shape of ``input``.
    smooth_rate
        r, at most 1 and finite; positive, zero or negative. A 0-d tensor is taken as it is, unchecked: a check would
        wait for the device, and cannot be done under `torch.func.vmap`. The same holds for ``wa`` and ``wb``.
    wa, wb
        Weights of cross entropy and of GLS, finite.
    weight
        Weight of each class [K].
    ignore_index
        Class index whose samples count nothing; at least 0 only with class indices.
    reduction
        ``"none"``, ``"sum"``, or ``"mean"``: over samples that are not ignored, weighted by ``weight`` of their
        classes; with probabilities over all samples, not weighted.

    Returns
    -------
    Tensor
        A scalar, or the shape of ``input`` without K for ``"none"``; float32 for half precision, where it is finite.

    Raises
    ------
    UserError
        An option out of its range, or shapes that do not fit.

    References
    ----------
    Wei, Liu, Liu, Niu, Sugiyama and Liu, "To Smooth or Not? When Label Smoothing Meets Noisy Labels", ICML 2022,
    section 2, <https://arxiv.org/abs/2106.04149>.
    """
    _check_options(smooth_rate, wa, wb, reduction)
    _check_tensors(input, target, weight, ignore_index)
    class_dim = min(input.dim() - 1, 1)
    log_p = log_probabilities(input, class_dim).movedim(class_dim, -1)
    weighted = log_p if weight is None else log_p * weight.to(log_p.dtype)
    uniform = -weighted.mean(-1)
    if target.is_floating_point():
        hard = -(target.movedim(class_dim, -1) * weighted).sum(-1)
        return _reduce(mix(hard, uniform, smooth_rate, wa, wb), torch.ones_like(uniform), reduction)
    labels = target.long()
    kept = labels != ignore_index
    labels = labels.masked_fill(~kept, 0)
    losses = mix(pick(weighted, labels), uniform, smooth_rate, wa, wb).masked_fill(~kept, 0.0)
    counts = kept.to(log_p.dtype) if weight is None else weight.to(log_p.dtype)[labels].masked_fill(~kept, 0.0)
    return _reduce(losses, counts, reduction)


class GLSLoss(nn.Module):
    """Module form of `gls_loss`, which describes the parameters, shapes and errors.

    Examples
    --------
    >>> criterion = GLSLoss(smooth_rate=-0.8)
    >>> loss = criterion(torch.randn(4, 10), torch.tensor([1, 0, 9, 2]))
    """

    weight: Tensor | None

    def __init__(
        self,
        smooth_rate: float,
        *,
        wa: float = 0.0,
        wb: float = 1.0,
        weight: Tensor | None = None,
        ignore_index: int = -100,
        reduction: str = "mean",
    ) -> None:
        super().__init__()
        _check_options(smooth_rate, wa, wb, reduction)
        self.register_buffer("weight", weight)
        self.smooth_rate, self.wa, self.wb = smooth_rate, wa, wb
        self.ignore_index, self.reduction = ignore_index, reduction

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Return the loss of logits against class indices or probabilities."""
        return gls_loss(
            input,
            target,
            self.smooth_rate,
            wa=self.wa,
            wb=self.wb,
            weight=self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
        )

    def extra_repr(self) -> str:
        """Show the options in ``repr``."""
        return f"smooth_rate={self.smooth_rate}, wa={self.wa}, wb={self.wb}, reduction={self.reduction!r}"


def _reduce(losses: Tensor, counts: Tensor, reduction: str) -> Tensor:
    if reduction == "none":
        return losses
    return losses.sum() / counts.sum() if reduction == "mean" else losses.sum()


def _check_options(smooth_rate: float | Tensor, wa: float | Tensor, wb: float | Tensor, reduction: str) -> None:
    # Comparisons, not math.isfinite: torch.compile cannot trace that once it has made the rate a variable.
    if not isinstance(smooth_rate, Tensor) and not -math.inf < smooth_rate <= 1:
        raise UserError(f"smooth_rate={smooth_rate}: must be finite and at most 1")
    for name, value in (("wa", wa), ("wb", wb)):
        if not isinstance(value, Tensor) and not -math.inf < value < math.inf:
            raise UserError(f"{name}={value}: must be finite")
    if reduction not in REDUCTIONS:
        raise UserError(f"reduction={reduction!r}: must be one of {', '.join(REDUCTIONS)}")


def _check_tensors(input: Tensor, target: Tensor, weight: Tensor | None, ignore_index: int) -> None:
    shape = tuple(input.shape)
    if not (shape and input.is_floating_point()):
        raise UserError(f"input: must be floating logits [K], [B, K] or [B, K, d1, ...], not {input.dtype} {shape}")
    class_dim = min(len(shape) - 1, 1)
    probabilities = target.is_floating_point()
    expected = shape if probabilities else shape[:class_dim] + shape[class_dim + 1 :]
    if tuple(target.shape) != expected:
        kind = "class probabilities" if probabilities else "class indices"
        raise UserError(f"target: {kind} of shape {tuple(target.shape)}, must be {expected} for input {shape}")
    if probabilities and ignore_index >= 0:
        raise UserError(f"ignore_index={ignore_index}: must be negative with class probabilities, which ignore nothing")
    if weight is not None and tuple(weight.shape) != (shape[class_dim],):
        raise UserError(f"weight: has shape {tuple(weight.shape)}, must be {(shape[class_dim],)}")
