"""Seeded, stratified splits."""

import numpy as np
from torch import Tensor

from gls_sweep.data.dataset import Dataset, Labels
from gls_sweep.errors import UserError


def stratified_split(
    labels: Labels, fraction: float, seed: int, *, key: str = "dataset.val_fraction"
) -> tuple[Labels, Labels]:
    """Hold out a fraction of every class.

    The held-out part has ``round(fraction * N)`` samples, shared out among the classes by the largest remainder, so
    each class is within one sample of its share. Every class keeps at least one sample: a class of one is kept whole.

    Parameters
    ----------
    labels : ndarray
        ``[N]`` int64.
    fraction : float
        Held-out part, in ``[0, 1)``; 0 holds out nothing.
    seed : int
        The same seed gives the same split; with it, a larger fraction holds out a superset within each class.
    key : str
        Name of the fraction in the error message.

    Returns
    -------
    kept, held_out : ndarray
        Sorted int64 positions, disjoint and together ``0..N-1``.

    Raises
    ------
    UserError
        If `fraction` is outside ``[0, 1)``.
    """
    if not 0 <= fraction < 1:
        raise UserError(f"{key} = {fraction}: must be at least 0 and below 1; 0 holds out nothing")
    classes, counts = np.unique(labels, return_counts=True)
    rng = np.random.default_rng(seed)
    held_out = np.zeros(len(labels), dtype=bool)
    for label, count in zip(classes, _share_out(counts, fraction), strict=True):
        held_out[rng.permutation(np.flatnonzero(labels == label))[:count]] = True
    return np.flatnonzero(~held_out), np.flatnonzero(held_out)


def fold_split(labels: Labels, folds: int, fold: int, seed: int) -> tuple[Labels, Labels]:
    """Hold out one of several folds: parts that are disjoint, stratified, and together the whole.

    The samples of each class are shuffled and dealt out in turn, class after class, so that folds differ by at most one
    sample, of each class too. A class with fewer samples than folds is in some of them only; one of a single sample
    is missing where that is held out.

    Parameters
    ----------
    labels : ndarray
        ``[N]`` int64.
    folds : int
        How many, at least 2.
    fold : int
        Which one is held out, in ``0..folds-1``.
    seed : int
        The same seed gives the same folds.

    Returns
    -------
    kept, held_out : ndarray
        Sorted int64 positions, disjoint and together ``0..N-1``.

    Raises
    ------
    UserError
        If there are fewer samples than folds.
    """
    if len(labels) < folds:
        raise UserError(f"dataset.fold={fold}: {folds} folds of {len(labels)} samples; choose fewer folds")
    rng = np.random.default_rng(seed)
    dealt = np.concatenate([rng.permutation(np.flatnonzero(labels == label)) for label in np.unique(labels)])
    held_out = np.zeros(len(labels), dtype=bool)
    held_out[dealt[fold::folds]] = True
    return np.flatnonzero(~held_out), np.flatnonzero(held_out)


def _share_out(counts: Labels, fraction: float) -> Labels:
    shares = fraction * counts
    taken: Labels = np.minimum(np.floor(shares).astype(np.int64), counts - 1)
    remainders = np.where(taken < counts - 1, shares - taken, 0)
    missing = round(fraction * counts.sum()) - int(taken.sum())
    largest = np.argsort(-remainders, kind="stable")[: max(missing, 0)]
    taken[largest[remainders[largest] > 0]] += 1
    return taken


def hold_out_test(labels: Labels, test_fraction: float, split_seed: int) -> tuple[Labels, Labels]:
    """Hold out a test set: `stratified_split` that leaves at least one test sample, or raises `UserError`."""
    kept, held_out = stratified_split(labels, test_fraction, split_seed, key="dataset.test_fraction")
    if not held_out.size:
        raise UserError(f"dataset.test_fraction = {test_fraction}: leaves no test sample; choose a larger one, say 0.2")
    return kept, held_out


def split_off_test(
    inputs: Tensor, labels: Labels, class_names: tuple[str, ...], test_fraction: float, split_seed: int
) -> Dataset:
    """Make a dataset without augmentation of samples that come without a test set of their own."""
    kept, held_out = hold_out_test(labels, test_fraction, split_seed)
    return Dataset(
        inputs=inputs[kept],
        labels=labels[kept],
        test_inputs=inputs[held_out],
        test_labels=labels[held_out],
        num_classes=len(class_names),
        class_names=class_names,
        rows=kept,
    )
