"""Every loss with three sets of hyper-parameters, and its formula stated once more, plainly, in NumPy's float64."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gls_sweep import losses

REPLICAS, SAMPLES, CLASSES = 3, 8, 5
Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Case:
    """A loss: its hyper-parameters for each of three replicas, its other options, its formula.

    `formula` takes probabilities [B, K], labels [B], and what the loss takes, and gives losses [B].
    """

    name: str
    formula: Callable[..., Array]
    numbers: dict[str, list[float]] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    extras: tuple[str, ...] = ()

    @property
    def function(self) -> Callable[..., Any]:
        function: Callable[..., Any] = getattr(losses, self.name)
        return function

    @property
    def title(self) -> str:
        return "-".join([self.name, *map(str, self.options.values())])


def of(p: Array, labels: Array) -> Array:
    """Give p of the labels."""
    return np.array([row[label] for row, label in zip(p, labels, strict=True)])


def one_hot(labels: Array) -> Array:
    return np.eye(CLASSES)[labels]


def ce(p: Array, labels: Array) -> Array:
    return -np.log(of(p, labels))


def gls(p: Array, labels: Array, smooth_rate: float, wa: float, wb: float) -> Array:
    target = (wa + wb * (1 - smooth_rate)) * one_hot(labels) + wb * smooth_rate / CLASSES
    return -(target * np.log(p)).sum(1)


def bootstrap_soft(p: Array, labels: Array, beta: float) -> Array:
    return -((beta * one_hot(labels) + (1 - beta) * p) * np.log(p)).sum(1)


def bootstrap_hard(p: Array, labels: Array, beta: float) -> Array:
    return -((beta * one_hot(labels) + (1 - beta) * one_hot(p.argmax(1))) * np.log(p)).sum(1)


def forward(p: Array, labels: Array, transition: Array) -> Array:
    return ce(p @ transition, labels)


def backward(p: Array, labels: Array, transition: Array) -> Array:
    return -(one_hot(labels) @ np.linalg.inv(transition) * np.log(p)).sum(1)


def mae(p: Array, labels: Array) -> Array:
    return np.abs(p - one_hot(labels)).sum(1)


def gce(p: Array, labels: Array, q: float) -> Array:
    return (1 - of(p, labels) ** q) / q


def rce(p: Array, labels: Array) -> Array:
    return -(p * np.log(np.clip(one_hot(labels), 1e-4, 1))).sum(1)


def sce(p: Array, labels: Array, alpha: float, beta: float) -> Array:
    return alpha * ce(p, labels) + beta * rce(p, labels)


def nce_rce(p: Array, labels: Array, alpha: float, beta: float) -> Array:
    of_all = sum(ce(p, np.full(len(p), k)) for k in range(CLASSES))
    return alpha * ce(p, labels) / of_all + beta * rce(p, labels)


def focal(p: Array, labels: Array, gamma: float) -> Array:
    return (1 - of(p, labels)) ** gamma * ce(p, labels)


def nfl_mae(p: Array, labels: Array, alpha: float, beta: float, gamma: float) -> Array:
    of_all = sum(focal(p, np.full(len(p), k), gamma) for k in range(CLASSES))
    return alpha * focal(p, labels, gamma) / of_all + beta * mae(p, labels) / 2


def peer(p: Array, labels: Array, alpha: float, peer_labels: Array) -> Array:
    return ce(p, labels) - alpha * ce(p, peer_labels)


def total_variation(p: Array, labels: Array, peer_labels: Array) -> Array:
    return np.tanh(of(p, peer_labels)) / 2 - np.tanh(of(p, labels)) / 2


def cores(p: Array, labels: Array, beta: float, label_shares: Array, prior: str, sieve: bool) -> Array:
    """As in the authors' code, whose result is the mean over the samples that are kept."""
    shares = label_shares if prior == "labels" else np.full(CLASSES, 1 / CLASSES)
    regularised = ce(p, labels) + beta * (shares * np.log(p + 1e-8)).sum(1)
    kept = ce(p, labels) + np.log(p + 1e-8).mean(1) <= 0 if sieve else np.full(len(p), True)
    return np.where(kept, regularised, 0) / kept.mean()


def negative_learning(p: Array, labels: Array, other_labels: Array) -> Array:
    return -np.log(1 - of(p, other_labels))


def complementary(p: Array, labels: Array, other_labels: Array) -> Array:
    """Ishida's one-versus-all loss with scores log p, which differ from the logits by a constant of the sample."""
    z, shortened = np.log(p), CLASSES - 1
    others = [[k for k in range(CLASSES) if k != other] for other in other_labels]
    linear = [(1 - row[own]) / 2 for row, own in zip(z, others, strict=True)]
    one_versus_all = np.array([values.mean() for values in linear]) + (1 + of(z, other_labels)) / 2
    return (one_versus_all - 1) * 2 * shortened**2 / CLASSES


def elr(p: Array, labels: Array, beta: float, weight: float, memory: Array) -> Array:
    clipped = np.clip(p, 1e-4, 1 - 1e-4)
    targets = beta * memory + (1 - beta) * clipped / clipped.sum(1, keepdims=True)
    return ce(p, labels) + weight * np.log(1 - (targets * clipped).sum(1))


def logit_clip(p: Array, labels: Array, tau: float, logits: Array) -> Array:
    norms = np.linalg.norm(logits, axis=1, keepdims=True)
    clipped = np.where(norms > tau, tau * logits / norms, logits)
    return ce(np.exp(clipped) / np.exp(clipped).sum(1, keepdims=True), labels)


CASES = [
    Case("ce", ce),
    Case("gls", gls, {"smooth_rate": [0.4, -1.0, -8.0], "wa": [0.0, 0.5, 0.1], "wb": [1.0, 2.0, 1.0]}),
    Case("bootstrap_soft", bootstrap_soft, {"beta": [0.95, 0.0, 0.5]}),
    Case("bootstrap_hard", bootstrap_hard, {"beta": [0.8, 0.0, 1.0]}),
    Case("forward", forward, extras=("transition",)),
    Case("backward", backward, extras=("transition",)),
    Case("mae", mae),
    Case("gce", gce, {"q": [0.7, 1.0, 0.01]}),
    Case("sce", sce, {"alpha": [0.1, 6.0, 0.0], "beta": [1.0, 0.1, 2.0]}),
    Case("nce_rce", nce_rce, {"alpha": [1.0, 10.0, 0.0], "beta": [1.0, 0.1, 1.0]}),
    Case("nfl_mae", nfl_mae, {"alpha": [1.0, 10.0, 1.0], "beta": [1.0, 0.1, 0.0], "gamma": [0.5, 0.0, 2.0]}),
    Case("focal", focal, {"gamma": [2.0, 0.0, 0.3]}),
    Case("peer", peer, {"alpha": [1.0, 0.2, 3.0]}, extras=("peer_labels",)),
    Case("total_variation", total_variation, extras=("peer_labels",)),
    *(
        Case("cores", cores, {"beta": [2.0, 0.0, 0.7]}, {"prior": prior, "sieve": sieve}, ("label_shares",))
        for prior in ("labels", "uniform")
        for sieve in (True, False)
    ),
    Case("negative_learning", negative_learning, extras=("other_labels",)),
    Case("complementary", complementary, extras=("other_labels",)),
    Case("elr", elr, {"beta": [0.7, 0.9, 0.0], "weight": [3.0, 7.0, 1.0]}, extras=("memory",)),
    Case("logit_clip", logit_clip, {"tau": [1.0, 4.0, 1e4]}),
]


def batch(seed: int, scale: float = 2.0) -> dict[str, Tensor]:
    """Draw logits [R, B, K], labels [R, B] and all extras of a step, in float64."""
    g = torch.Generator().manual_seed(seed)
    labels = torch.randint(CLASSES, (REPLICAS, SAMPLES), generator=g)
    shift = torch.randint(1, CLASSES, (REPLICAS, SAMPLES), generator=g)
    transition = torch.rand(REPLICAS, CLASSES, CLASSES, generator=g, dtype=torch.float64) + 2 * torch.eye(CLASSES)
    predicted = torch.rand(REPLICAS, SAMPLES, CLASSES, generator=g, dtype=torch.float64)
    shares = torch.rand(REPLICAS, CLASSES, generator=g, dtype=torch.float64)
    return {
        "logits": scale * torch.randn(REPLICAS, SAMPLES, CLASSES, generator=g, dtype=torch.float64),
        "labels": labels,
        "peer_labels": torch.randint(CLASSES, (REPLICAS, SAMPLES), generator=g),
        "other_labels": (labels + shift) % CLASSES,
        "label_shares": shares / shares.sum(-1, keepdim=True),
        "transition": transition / transition.sum(-1, keepdim=True),
        "memory": 0.9 * predicted / predicted.sum(-1, keepdim=True),
    }


def as_dtype(tensors: dict[str, Tensor], dtype: torch.dtype) -> dict[str, Tensor]:
    """Turn all but labels into a dtype."""
    return {name: value.to(dtype) if value.is_floating_point() else value for name, value in tensors.items()}


def arguments(case: Case, tensors: dict[str, Tensor], dtype: torch.dtype) -> dict[str, Tensor]:
    """Give what a case's loss takes besides logits, labels and options: hyper-parameters [R] and extras [R, ...]."""
    numbers = {name: torch.tensor(values, dtype=dtype) for name, values in case.numbers.items()}
    return numbers | {name: tensors[name] for name in case.extras}


def losses_of(result: Any) -> Tensor:
    """Give the losses of a result, which may have a memory beside them."""
    losses: Tensor = result[0] if isinstance(result, tuple) else result
    return losses
