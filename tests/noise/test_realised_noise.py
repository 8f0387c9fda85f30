"""Measuring noise after the draw."""

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gls_sweep.errors import UserError
from gls_sweep.noise import labels_hash, realised_rate, realised_transition

pairs = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1).map(lambda rows: np.array(rows).T)


def test_counted_by_hand() -> None:
    clean, noisy = np.array([0, 0, 0, 0, 2]), np.array([0, 0, 0, 1, 0])
    wanted = [[0.75, 0.25, 0.0], [np.nan] * 3, [1.0, 0.0, 0.0]]
    np.testing.assert_array_equal(realised_transition(clean, noisy, 3), wanted)
    assert realised_rate(clean, noisy) == 0.4


@given(pairs)
def test_rate_is_the_weight_off_the_diagonal(labels: np.ndarray) -> None:
    clean, noisy = labels
    transition = realised_transition(clean, noisy, 5)
    present = np.isin(np.arange(5), clean)
    np.testing.assert_allclose(transition[present].sum(axis=1), 1.0)
    assert np.isnan(transition[~present]).all()
    shares = np.bincount(clean, minlength=5) / len(clean)
    kept = np.nansum(shares * np.diag(transition))
    assert realised_rate(clean, noisy) == pytest.approx(1 - kept, abs=1e-12)


def test_hash_is_of_little_endian_int64_in_order() -> None:
    wanted = hashlib.sha256(bytes([3, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0])).hexdigest()
    for dtype in ("<i8", ">i8", "int32", "uint8"):
        assert labels_hash(np.array([3, 1], dtype=dtype)) == wanted
    assert labels_hash(np.array([3, 9, 1, 9])[::2]) == wanted
    assert labels_hash(np.array([1, 3])) != wanted


def test_labels_that_do_not_fit() -> None:
    with pytest.raises(UserError, match=r"clean \(2,\) and noisy \(3,\) must be of the same samples"):
        realised_rate(np.array([0, 1]), np.array([0, 1, 1]))
    with pytest.raises(UserError, match="at least one"):
        realised_rate(np.array([], dtype=np.int64), np.array([], dtype=np.int64))
    with pytest.raises(UserError, match=r"labels: found 3, all must be in 0\.\.2"):
        realised_transition(np.array([0]), np.array([3]), 3)
