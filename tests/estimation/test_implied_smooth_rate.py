"""The smooth rate that a transition matrix implies."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gls_sweep.errors import UserError
from gls_sweep.estimation import LOWEST_RATE, implied_smooth_rate
from gls_sweep.losses import optimal_smooth_rate
from gls_sweep.noise import symmetric_matrix
from tests.estimation.populations import TRANSITIONS, FloatArray, population


@pytest.mark.parametrize("num_classes", [2, 3, 10])
@pytest.mark.parametrize("rate", [0.0, 0.1, 0.3, 0.4])
@pytest.mark.parametrize("clean_rate", [-1.0, 0.0, 0.4, 1.0])
def test_symmetric_noise_gives_the_closed_form(num_classes: int, rate: float, clean_rate: float) -> None:
    shares = np.random.default_rng(0).dirichlet(np.ones(num_classes))
    wanted = max(LOWEST_RATE, optimal_smooth_rate(rate, num_classes, clean_rate))
    found = implied_smooth_rate(symmetric_matrix(num_classes, rate), shares, clean_rate)
    assert found == pytest.approx(wanted, abs=1e-9)


def distance(rate: float, clean_rate: float, transition: FloatArray, shares: FloatArray) -> float:
    """Mean squared distance between the targets that GLS has in expectation."""
    uniform = np.full(len(shares), 1 / len(shares))
    noisy = (1 - rate) * transition + rate * uniform
    clean = (1 - clean_rate) * np.eye(len(shares)) + clean_rate * uniform
    return float(shares @ np.square(noisy - clean).sum(axis=1))


@pytest.mark.parametrize("transition", TRANSITIONS.values(), ids=TRANSITIONS.keys())
@pytest.mark.parametrize("clean_rate", [-0.5, 0.0, 0.3])
def test_no_other_rate_is_closer(transition: FloatArray, clean_rate: float) -> None:
    shares = population(transition).shares
    found = implied_smooth_rate(transition, shares, clean_rate)
    least = distance(found, clean_rate, transition, shares)
    for rate in (found - 0.01, found + 0.01):
        assert distance(rate, clean_rate, transition, shares) > least


@given(e0=st.floats(0, 0.45), e1=st.floats(0, 0.45), share=st.floats(0.01, 0.99), clean_rate=st.floats(-0.5, 1))
def test_two_classes_lie_between_the_rates_of_each(e0: float, e1: float, share: float, clean_rate: float) -> None:
    transition = np.array([[1 - e0, e0], [e1, 1 - e1]])
    found = implied_smooth_rate(transition, np.array([share, 1 - share]), clean_rate)
    bounds = [max(LOWEST_RATE, (clean_rate - 2 * e) / (1 - 2 * e)) for e in (e0, e1)]
    assert min(bounds) - 1e-9 <= found <= max(bounds) + 1e-9


@pytest.mark.parametrize(
    "transition",
    [np.full((4, 4), 0.25), np.roll(np.eye(4), 1, axis=1), symmetric_matrix(4, 0.749999), symmetric_matrix(4, 0.9)],
    ids=["uniform", "all wrong", "next to uniform", "worse than uniform"],
)
@pytest.mark.parametrize("clean_rate", [-1.0, 0.0, 0.5])
def test_labels_that_say_nothing_give_the_lowest_rate(transition: FloatArray, clean_rate: float) -> None:
    assert implied_smooth_rate(transition, np.full(4, 0.25), clean_rate) == LOWEST_RATE


@given(st.integers(2, 6), st.integers(0, 2**32), st.floats(-20, 1))
def test_always_finite_and_in_range(num_classes: int, seed: int, clean_rate: float) -> None:
    rng = np.random.default_rng(seed)
    transition, shares = rng.dirichlet(np.ones(num_classes), num_classes), rng.dirichlet(np.ones(num_classes))
    assert LOWEST_RATE <= implied_smooth_rate(transition, shares, clean_rate) <= 1


def test_arguments_that_do_not_fit() -> None:
    with pytest.raises(UserError, match=r"transition: has shape \(2, 2\), must be \[K, K\] for K = 3"):
        implied_smooth_rate(np.eye(2), np.full(3, 1 / 3))
    for clean_rate in (1.5, math.nan, -math.inf):
        with pytest.raises(UserError, match=r"clean_rate=.*: must be finite and at most 1"):
            implied_smooth_rate(np.eye(2), np.full(2, 0.5), clean_rate)
