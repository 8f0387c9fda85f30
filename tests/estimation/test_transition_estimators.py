"""Estimators of T where the truth is known exactly, and where there is next to nothing to go by."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gls_sweep.errors import UserError
from gls_sweep.estimation import (
    ESTIMATORS,
    Estimate,
    anchor_points,
    confident_joint,
    dual_t,
    estimate,
    joint_distribution,
)
from tests.estimation.populations import TRANSITIONS, FloatArray, IntArray, population, random_outputs

FromOutputs = Callable[[FloatArray, IntArray], Estimate]
FROM_OUTPUTS: list[FromOutputs] = [confident_joint, anchor_points, dual_t]

transitions = pytest.mark.parametrize("transition", TRANSITIONS.values(), ids=TRANSITIONS.keys())
from_outputs = pytest.mark.parametrize("estimator", FROM_OUTPUTS)
sizes = {"num_samples": st.integers(1, 40), "num_classes": st.integers(2, 5), "seed": st.integers(0, 2**32)}


@transitions
@pytest.mark.parametrize("estimator", [confident_joint, anchor_points])
def test_true_posteriors_give_the_truth(estimator: FromOutputs, transition: FloatArray) -> None:
    truth = population(transition)
    found = estimator(truth.posteriors, truth.labels)
    np.testing.assert_allclose(found.transition, transition, atol=1e-12)
    np.testing.assert_allclose(found.clean_shares, truth.shares, atol=1e-4)
    assert found.noise_rate == pytest.approx(np.mean(truth.clean != truth.labels), abs=1e-4)


@transitions
@pytest.mark.parametrize("estimator", [confident_joint, dual_t])
def test_right_and_certain_predictions_give_the_truth(estimator: FromOutputs, transition: FloatArray) -> None:
    truth = population(transition)
    found = estimator(truth.certain, truth.labels)
    np.testing.assert_allclose(found.transition, transition, atol=1e-12)
    np.testing.assert_allclose(found.clean_shares, truth.shares, atol=1e-4)


@transitions
def test_dual_t_counts_the_noise_twice_where_posteriors_are_true(transition: FloatArray) -> None:
    truth = population(transition)
    found = dual_t(truth.posteriors, truth.labels)
    np.testing.assert_allclose(found.transition, transition @ transition, atol=1e-12)


@from_outputs
@settings(max_examples=40)
@given(**sizes)
def test_estimates_are_distributions(estimator: FromOutputs, num_samples: int, num_classes: int, seed: int) -> None:
    found = estimator(*random_outputs(num_samples, num_classes, seed))
    assert found.transition.shape == (num_classes, num_classes)
    assert (found.transition >= 0).all()
    assert (found.clean_shares >= 0).all()
    np.testing.assert_allclose(found.transition.sum(axis=1), 1.0)
    assert found.clean_shares.sum() == pytest.approx(1.0)
    assert 0 <= found.noise_rate <= 1


@from_outputs
@settings(max_examples=40)
@given(**sizes)
def test_order_of_samples_and_names_of_classes_do_not_matter(
    estimator: FromOutputs, num_samples: int, num_classes: int, seed: int
) -> None:
    probabilities, labels = random_outputs(num_samples, num_classes, seed)
    rng = np.random.default_rng(seed)
    order, classes = rng.permutation(num_samples), rng.permutation(num_classes)
    renamed = np.empty_like(probabilities)
    renamed[:, classes] = probabilities
    usual, moved = estimator(probabilities, labels), estimator(renamed[order], classes[labels[order]])
    np.testing.assert_allclose(moved.transition[np.ix_(classes, classes)], usual.transition, atol=1e-9)
    np.testing.assert_allclose(moved.clean_shares[classes], usual.clean_shares, atol=1e-9)


@settings(max_examples=30)
@given(**sizes)
def test_joint_has_the_shares_of_the_labels(num_samples: int, num_classes: int, seed: int) -> None:
    probabilities, labels = random_outputs(num_samples, num_classes, seed)
    shares = np.bincount(labels, minlength=num_classes) / num_samples
    np.testing.assert_allclose(joint_distribution(probabilities, labels).sum(axis=1), shares, atol=1e-12)


def test_confident_joint_counted_by_hand() -> None:
    # Thresholds 0.7 and 0.6: sample 1 is confidently of class 1, sample 2 of none, sample 3 of class 1.
    probabilities = np.array([[1.0, 0.0], [0.4, 0.6], [0.45, 0.55], [0.35, 0.65]])
    joint = joint_distribution(probabilities, np.array([0, 0, 1, 1]))
    np.testing.assert_allclose(joint, [[0.25, 0.25], [0.0, 0.5]])
    found = confident_joint(probabilities, np.array([0, 0, 1, 1]))
    np.testing.assert_allclose(found.transition, [[1.0, 0.0], [1 / 3, 2 / 3]])
    np.testing.assert_allclose(found.clean_shares, [0.25, 0.75])
    assert found.noise_rate == pytest.approx(0.25)


@from_outputs
def test_a_class_without_labels_and_predictions_counts_as_right(estimator: FromOutputs) -> None:
    truth = population(TRANSITIONS["two classes"])
    found = estimator(np.pad(truth.certain, ((0, 0), (0, 1))), truth.labels)
    assert found.clean_shares[2] == pytest.approx(0, abs=1e-6)
    np.testing.assert_allclose(found.transition.sum(axis=1), 1.0)
    if estimator is anchor_points:
        np.testing.assert_allclose(found.transition, np.eye(3))
    else:
        np.testing.assert_allclose(found.transition[:2, :2], truth.transition)


def test_a_class_that_is_never_predicted_counts_as_right() -> None:
    probabilities, labels = np.full((6, 3), [0.5, 0.3, 0.2]), np.array([0, 0, 0, 1, 1, 2])
    for estimator in (confident_joint, dual_t):
        assert np.isfinite(estimator(probabilities, labels).transition).all()
    np.testing.assert_allclose(confident_joint(probabilities, labels).transition[1:], np.eye(3)[1:])


def test_one_sample() -> None:
    for estimator in FROM_OUTPUTS:
        found = estimator(np.array([[0.25, 0.75]]), np.array([1]))
        np.testing.assert_allclose(found.transition.sum(axis=1), 1.0)


def test_anchor_is_the_sample_below_the_percentile() -> None:
    certain = np.arange(101) / 100
    probabilities = np.column_stack([certain, 1 - certain])
    labels = np.arange(101) % 2
    np.testing.assert_allclose(anchor_points(probabilities, labels).transition[0], [0.96, 0.04])
    np.testing.assert_allclose(anchor_points(probabilities, labels, percentile=50).transition[1], [0.51, 0.49])
    np.testing.assert_allclose(anchor_points(probabilities, labels, percentile=100).transition, np.eye(2))


def test_anchor_of_a_rare_class_is_no_outlier() -> None:
    posteriors = np.eye(100).repeat(2, axis=0)
    found = anchor_points(posteriors, np.arange(100).repeat(2))
    np.testing.assert_array_equal(found.transition, np.eye(100))


@pytest.mark.parametrize("name", ESTIMATORS)
def test_all_are_called_alike(name: str) -> None:
    truth = population(TRANSITIONS["pairflip 0.3"])
    features = truth.certain + np.random.default_rng(0).normal(0, 0.01, truth.certain.shape)
    outputs = {"probabilities": 0.9 * truth.certain + 0.01, "features": features, "labels": truth.labels}
    found = estimate(name, **outputs, seed=0)  # type: ignore[arg-type]
    assert found.transition.shape == (10, 10)
    assert found.transition.dtype == found.clean_shares.dtype == np.float64
    assert isinstance(found.noise_rate, float)


GOOD = np.full((3, 2), 0.5)
NAN = np.array([[0.5, 0.5], [np.nan, np.nan], [0.5, 0.5]])


@pytest.mark.parametrize(
    ("probabilities", "labels", "message"),
    [
        (GOOD[0], np.array([0]), r"probabilities: have shape \(2,\), must be \[N, K\]"),
        (GOOD[:0], np.array([], dtype=np.int64), r"probabilities: have shape \(0, 2\)"),
        (GOOD[:, :1], np.array([0, 0, 0]), "K >= 2"),
        (2 * GOOD, np.array([0, 0, 0]), "probabilities: row 0 is no distribution"),
        (NAN, np.array([0, 0, 0]), "probabilities: row 1 is no distribution"),
        (GOOD + np.array([1.0, -1.0]), np.array([0, 0, 0]), "probabilities: row 0"),
        (GOOD, np.array([0, 1]), r"labels: are int64 \(2,\), must be int64 of shape \(3,\)"),
        (GOOD, np.array([0.0, 1.0, 1.0]), "labels: are float64"),
        (GOOD, np.array([0, 1, 2]), r"labels: found 0\.\.2, all must be in 0\.\.1"),
        (GOOD, np.array([0, -1, 1]), r"labels: found -1\.\.1"),
    ],
)
@from_outputs
def test_arrays_that_do_not_fit(
    estimator: FromOutputs, probabilities: FloatArray, labels: IntArray, message: str
) -> None:
    with pytest.raises(UserError, match=message) as caught:
        estimator(probabilities, labels)
    assert "\n" not in str(caught.value)


def test_arguments_that_do_not_fit() -> None:
    labels = np.array([0, 1, 1])
    with pytest.raises(UserError, match=r"estimator=nearest: must be one of confident_joint, anchor, dual_t, hoc"):
        estimate("nearest", probabilities=GOOD, features=GOOD, labels=labels, seed=0)
    with pytest.raises(UserError, match="percentile=0: must be above 0 and at most 100"):
        anchor_points(GOOD, labels, percentile=0)
