"""Stratified splits: disjoint, complete, stratified, deterministic."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gls_sweep.data import stratified_split
from gls_sweep.errors import UserError

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
