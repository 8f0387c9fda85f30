"""Stratified splits: disjoint, complete, stratified, deterministic."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gls_sweep.config.dataset_base import DatasetConfig, count_folds
from gls_sweep.data import fold_split, stratified_split
from gls_sweep.errors import UserError
from gls_sweep.sweep.work.loading import load_source
from tests.conftest import MakeCell

labels_of_any_kind = st.lists(st.integers(0, 5), max_size=80).map(lambda labels: np.array(labels, dtype=np.int64))
fractions = st.floats(0, 1, exclude_max=True)


@given(labels_of_any_kind, fractions, st.integers(0, 2**32))
def test_parts_are_sorted_disjoint_and_complete(labels: np.ndarray, fraction: float, seed: int) -> None:
    kept, held_out = stratified_split(labels, fraction, seed)
    assert kept.dtype == held_out.dtype == np.int64
    assert np.array_equal(np.sort(np.concatenate([kept, held_out])), np.arange(len(labels)))
    assert np.array_equal(kept, np.sort(kept))
    assert np.array_equal(held_out, np.sort(held_out))


@given(labels_of_any_kind, fractions, st.integers(0, 2**32))
def test_every_class_is_within_one_sample_of_its_share_and_keeps_one(
    labels: np.ndarray, fraction: float, seed: int
) -> None:
    _, held_out = stratified_split(labels, fraction, seed)
    for label, count in zip(*np.unique(labels, return_counts=True), strict=True):
        taken = np.count_nonzero(labels[held_out] == label)
        assert abs(taken - fraction * count) < 1 + 1e-9
        assert taken < count


@given(st.lists(st.integers(2, 40), min_size=1, max_size=8), st.floats(0, 0.5))
def test_total_is_the_rounded_fraction(counts: list[int], fraction: float) -> None:
    labels = np.repeat(np.arange(len(counts)), counts)
    assert len(stratified_split(labels, fraction, 0)[1]) == round(fraction * len(labels))


def test_same_seed_same_split_and_another_seed_another_split() -> None:
    labels = np.arange(1000) % 7
    first, again, other = (stratified_split(labels, 0.25, seed)[1] for seed in (3, 3, 4))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_fraction_zero_keeps_all() -> None:
    kept, held_out = stratified_split(np.arange(10) % 2, 0.0, 0)
    assert np.array_equal(kept, np.arange(10))
    assert held_out.size == 0


@pytest.mark.parametrize("fraction", [-0.1, 1.0, 2.0, float("nan")])
def test_fraction_out_of_range_names_key_and_value(fraction: float) -> None:
    with pytest.raises(UserError, match=rf"^dataset.val_fraction = {fraction}: must be at least 0 and below 1"):
        stratified_split(np.arange(10) % 2, fraction, 0)


@given(st.lists(st.integers(0, 5), min_size=8, max_size=80), st.integers(2, 8), st.integers(0, 2**32))
def test_folds_are_disjoint_complete_equal_and_stratified(values: list[int], folds: int, seed: int) -> None:
    labels = np.array(values, dtype=np.int64)
    parts = [fold_split(labels, folds, fold, seed) for fold in range(folds)]
    assert np.array_equal(np.sort(np.concatenate([held_out for _, held_out in parts])), np.arange(len(labels)))
    for kept, held_out in parts:
        assert np.array_equal(np.sort(np.concatenate([kept, held_out])), np.arange(len(labels)))
        assert np.array_equal(kept, np.sort(kept)) and np.array_equal(held_out, np.sort(held_out))
        assert abs(len(held_out) - len(labels) / folds) < 1
        for label in np.unique(labels):
            assert abs(np.count_nonzero(labels[held_out] == label) - np.count_nonzero(labels == label) / folds) < 1


def test_folds_follow_the_seed() -> None:
    labels = np.arange(1000) % 7
    first, again, other = (fold_split(labels, 5, 2, seed)[1] for seed in (3, 3, 4))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_more_folds_than_samples() -> None:
    with pytest.raises(UserError, match=r"^dataset.fold=3: 5 folds of 4 samples; choose fewer folds$"):
        fold_split(np.arange(4) % 2, 5, 3, 0)


@pytest.mark.parametrize(("fraction", "folds"), [(0.5, 2), (0.333, 3), (0.25, 4), (0.2, 5), (0.1, 10), (0.01, 100)])
def test_a_fraction_says_how_many_folds_there_are(fraction: float, folds: int) -> None:
    assert count_folds(fraction, folds - 1) == folds
    with pytest.raises(UserError, match=rf"^dataset.fold={folds}: must be null, or 0 to {folds - 1} with "):
        DatasetConfig(val_fraction=fraction, fold=folds)


@pytest.mark.parametrize("fraction", [0.0, 0.3, 0.4, 0.9])
def test_folds_of_no_whole_number(fraction: float) -> None:
    with pytest.raises(UserError, match=rf"^dataset.val_fraction={fraction}: must be 1/2, 1/3, .* with dataset.fold=0"):
        DatasetConfig(val_fraction=fraction, fold=0)


def test_a_cell_holds_out_its_fold_of_the_one_dataset(make_cell: MakeCell) -> None:
    whole = load_source(make_cell("dataset.val_fraction=0.2").config)
    folds = [load_source(make_cell("dataset.val_fraction=0.2", f"dataset.fold={fold}").config) for fold in range(5)]
    assert np.array_equal(whole.held_out, stratified_split(whole.dataset.labels, 0.2, 0)[1])
    assert np.array_equal(folds[3].held_out, fold_split(whole.dataset.labels, 5, 3, 0)[1])
    assert all(fold.dataset is whole.dataset for fold in folds)
