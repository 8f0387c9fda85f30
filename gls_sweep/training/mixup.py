"""Mixup (Zhang et al., ICLR 2018, arXiv 1710.09412): training on convex combinations of pairs of samples."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from gls_sweep.training.extras import Loss, Values
from gls_sweep.training.randomness import stream, stream_seed
from gls_sweep.training.transfer import send


class Mixing:
    """What one epoch's batches are mixed with: a weight and a partner for each sample, drawn per distinct seed."""

    def __init__(self, alpha: float, seeds: list[int], steps: int, *of: int | str) -> None:
        generators = [np.random.default_rng(stream_seed(seed, "mixup", *of)) for seed in seeds]
        self._weights = torch.from_numpy(np.stack([generator.beta(alpha, alpha, steps) for generator in generators]))
        self._seeds, self._of = seeds, of

    def mix(self, inputs: Tensor, step: int) -> tuple[Tensor, Tensor, Tensor]:
        """Mix a step's inputs [S, B, ...]; gives them, the partners' places in the batch [S, B], the weights [S]."""
        size = inputs.shape[1]
        draws = [torch.randperm(size, generator=stream(seed, "partners", *self._of, step)) for seed in self._seeds]
        partners = send(torch.stack(draws), inputs.device)
        weights = send(self._weights[:, step].to(inputs.dtype), inputs.device)
        others = torch.stack([batch[partner] for batch, partner in zip(inputs, partners, strict=True)])
        share = weights.view(-1, *[1] * (inputs.dim() - 1))
        return share * inputs + (1 - share) * others, partners, weights


def mixed(loss: Loss) -> Loss:
    """Make of a loss the one of mixed samples: weighed between both labels, as the paper's code does."""

    def both(logits: Tensor, labels: Tensor, *, partner_labels: Tensor, mix_weight: Tensor, **values: Tensor) -> Tensor:
        own, other = loss(logits, labels, **values), loss(logits, partner_labels, **values)
        assert isinstance(own, Tensor)
        assert isinstance(other, Tensor)
        return mix_weight * own + (1 - mix_weight) * other

    return both


def mixed_values(labels: Tensor, partners: Tensor, weights: Tensor, slots: Tensor) -> Values:
    """Give the partners' labels [R, B] and the weights [R] that a `mixed` loss takes."""
    return {"partner_labels": labels.gather(1, partners[slots]), "mix_weight": weights[slots]}
