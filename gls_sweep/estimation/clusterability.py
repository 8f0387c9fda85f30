"""T without a classifier: neighbours share their clean label (HOC; Zhu, Song, Liu, ICML 2021, arXiv 2102.05291)."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from gls_sweep.errors import UserError
from gls_sweep.estimation.estimate import Estimate, FloatArray, IntArray, check_labels

if TYPE_CHECKING:
    from torch import Tensor

CENTRES = 15_000  # samples whose neighbours are looked for, as in the authors' code
STEPS = 500
LEARNING_RATE = 0.02  # with the 0.1 of the authors' code, two equally frequent classes of noise 0.6 changed places


def hoc(features: FloatArray, labels: IntArray, seed: int, *, num_classes: int | None = None) -> Estimate:
    """Match how often a sample and its two nearest neighbours have which labels (Algorithm 1 of the paper).

    If the three share their clean label and their labels are wrong independently of each other, the frequencies of
    one, two and three labels are ``p T``, ``T' diag(p) T`` and ``sum_i p_i T_i T_i T_i``. T and p, as softmax of free
    numbers, minimise the sum of the three distances (Frobenius norms) to the observed frequencies. Neighbours are by
    cosine distance. The 500 steps of Adam and the start at a T with a strong diagonal are those of the authors' code
    (github.com/UCSC-REAL/HOC, ``hoc.py``), but for shorter steps and a uniform instead of a random start of p; L-BFGS
    ended in worse minima under strong noise. They average over 50 random subsets of 15,000 samples and look for
    neighbours within each, here each sample (if there are more, 15,000 drawn ones) counts once, with neighbours among
    all. A fraction of a second for 10 classes, minutes for 100.

    Parameters
    ----------
    features
        [N, D], N at least 3, in which neighbours are of one class: raw inputs of easy data, or the last hidden layer
        of a network that has not learnt the wrong labels by heart.
    labels
        Given, noisy labels, int64 [N] in 0..K-1.
    seed
        Draws the samples if there are more than 15,000.
    num_classes
        K, at least 2; by default one more than the largest label.

    Returns
    -------
    Estimate
        Tends to T as N grows where the assumptions hold and T is diagonally dominant.

    Raises
    ------
    UserError
        Wrong shapes, a feature that is not finite, a label outside the classes.
    """
    _check_features(features)
    num_classes = max(2, int(labels.max(initial=0)) + 1) if num_classes is None else num_classes
    check_labels(labels, len(features), num_classes)
    return match_frequencies(label_frequencies(labels[_neighbours(features, seed)], num_classes))


def label_frequencies(triples: IntArray, num_classes: int) -> list[FloatArray]:
    """Return how often the first one, two and three of the labels [N, 3] are which: [K], [K, K] and [K, K, K]."""
    frequencies = []
    for order in (1, 2, 3):
        shape = (num_classes,) * order
        cells = np.ravel_multi_index(tuple(triples[:, :order].T), shape)
        frequencies.append(np.bincount(cells, minlength=num_classes**order).reshape(shape) / len(triples))
    return frequencies


def match_frequencies(frequencies: Sequence[FloatArray]) -> Estimate:
    """Find the T and P(clean) whose frequencies of one, two and three labels are closest to these."""
    import torch

    wanted = [torch.from_numpy(values) for values in frequencies]
    num_classes = len(wanted[0])
    logits = (5 * torch.eye(num_classes, dtype=torch.float64) - 1).requires_grad_()
    share_logits = torch.zeros(num_classes, dtype=torch.float64).requires_grad_()
    optimizer = torch.optim.Adam([logits, share_logits], lr=LEARNING_RATE)
    closest, best = math.inf, (logits, share_logits)
    for _ in range(STEPS):
        transition, shares = logits.softmax(1), share_logits.softmax(0)
        expected = _expected_frequencies(transition, shares)
        distance = torch.stack([(e - w).norm() for e, w in zip(expected, wanted, strict=True)]).sum()
        if distance.item() < closest:
            closest, best = distance.item(), (transition.detach(), shares.detach())
        optimizer.zero_grad()
        distance.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return Estimate(best[0].numpy(), best[1].numpy())


def _expected_frequencies(transition: "Tensor", shares: "Tensor") -> "tuple[Tensor, Tensor, Tensor]":
    first = shares[:, None] * transition
    pairs = transition[:, :, None] * transition[:, None, :]
    third = first.T @ pairs.flatten(1)
    return first.sum(0), first.T @ transition, third.view(3 * transition.shape[:1])


def _neighbours(features: FloatArray, seed: int) -> IntArray:
    """Return positions [M, 3] of samples and their two nearest neighbours."""
    from sklearn.neighbors import NearestNeighbors

    centres = np.arange(len(features))
    if len(features) > CENTRES:
        centres = np.random.default_rng(seed).choice(len(features), CENTRES, replace=False)
    search = NearestNeighbors(n_neighbors=3, metric="cosine", algorithm="brute").fit(features)
    found = search.kneighbors(features[centres], return_distance=False)
    # The sample itself is among the three, but for copies of it, of which any will do.
    others = found != centres[:, None]
    others[others.all(axis=1), 2] = False
    return np.column_stack([centres, found[others].reshape(-1, 2)])


def _check_features(features: FloatArray) -> None:
    if features.ndim != 2 or len(features) < 3 or features.shape[1] == 0:
        raise UserError(f"features: have shape {features.shape}, must be [N, D] with N >= 3 and D >= 1")
    if not np.isfinite(features).all():
        raise UserError("features: some are not finite; those of a diverged network are of no use")
