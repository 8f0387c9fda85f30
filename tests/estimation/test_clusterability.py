"""HOC: labels of neighbours."""

import numpy as np
import pytest

from gls_sweep.errors import UserError
from gls_sweep.estimation import hoc
from gls_sweep.estimation.clusterability import label_frequencies, match_frequencies
from tests.estimation.populations import TRANSITIONS, FloatArray, IntArray, population


@pytest.mark.parametrize("transition", TRANSITIONS.values(), ids=TRANSITIONS.keys())
def test_hoc_from_exact_frequencies(transition: FloatArray) -> None:
    shares = population(transition).shares
    subscripts = ("i,ia->a", "i,ia,ib->ab", "i,ia,ib,ic->abc")
    frequencies = [np.einsum(s, shares, *[transition] * (order + 1)) for order, s in enumerate(subscripts)]
    found = match_frequencies(frequencies)
    np.testing.assert_allclose(found.transition, transition, atol=0.03)
    np.testing.assert_allclose(found.clean_shares, shares, atol=0.05)


def test_frequencies_counted_by_hand() -> None:
    first, second, third = label_frequencies(np.array([[0, 1, 1], [0, 1, 0], [1, 1, 1], [0, 0, 1]]), 2)
    np.testing.assert_array_equal(first, [0.75, 0.25])
    np.testing.assert_array_equal(second, [[0.25, 0.5], [0.0, 0.25]])
    np.testing.assert_array_equal(third, [[[0, 0.25], [0.25, 0.25]], [[0, 0], [0, 0.25]]])


def clusters(num_samples: int, transition: FloatArray) -> tuple[FloatArray, IntArray, IntArray]:
    """Samples around directions far apart, with labels drawn by T."""
    rng = np.random.default_rng(0)
    clean = rng.integers(len(transition), size=num_samples)
    labels = (rng.random((num_samples, 1)) > transition[clean].cumsum(axis=1)).sum(axis=1)
    features = 10 * np.eye(len(transition), 8)[clean] + rng.standard_normal((num_samples, 8))
    return features, labels, clean


def test_hoc_on_clusters() -> None:
    transition = TRANSITIONS["three classes"]
    features, labels, clean = clusters(3000, transition)
    found = hoc(features, labels, 0)
    np.testing.assert_allclose(found.transition, transition, atol=0.06)
    assert found.noise_rate == pytest.approx(np.mean(clean != labels), abs=0.03)


def test_hoc_draws_by_its_seed_where_there_are_many_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gls_sweep.estimation.clusterability.CENTRES", 500)
    features, labels, _ = clusters(2000, TRANSITIONS["two classes"])
    first, same, other = (hoc(features, labels, seed).transition for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, same)
    assert 0 < abs(first - other).max() < 0.3


def test_hoc_with_copies_of_samples() -> None:
    features, labels, _ = clusters(50, TRANSITIONS["three classes"])
    found = hoc(np.repeat(features, 4, axis=0), np.repeat(labels, 4), 0)
    assert found.noise_rate < 0.02  # four copies of a label confirm each other


def test_hoc_does_not_depend_on_the_order() -> None:
    features, labels, _ = clusters(300, TRANSITIONS["three classes"])
    order, classes = np.random.default_rng(1).permutation(300), np.array([2, 0, 1])
    usual, moved = hoc(features, labels, 0), hoc(features[order], classes[labels[order]], 0)
    np.testing.assert_allclose(moved.transition[np.ix_(classes, classes)], usual.transition, atol=0.02)


def test_arguments_that_do_not_fit() -> None:
    features, labels = np.full((3, 2), 0.5), np.array([0, 1, 1])
    with pytest.raises(UserError, match=r"features: have shape \(2, 2\), must be \[N, D\] with N >= 3"):
        hoc(features[:2], labels[:2], 0)
    with pytest.raises(UserError, match="features: some are not finite"):
        hoc(np.full((3, 2), np.nan), labels, 0)
    with pytest.raises(UserError, match=r"labels: are int64 \(2,\), must be int64 of shape \(3,\)"):
        hoc(features, labels[:2], 0)
