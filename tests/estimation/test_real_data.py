"""Estimates on the digits with made noise, and on CIFAR-10N's labels of several people for each image."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gls_sweep.estimation import (
    ESTIMATORS,
    Estimate,
    anchor_points,
    confident_joint,
    dual_t,
    estimate,
    precision_recall,
    proposed_labels,
    suspected,
)
from gls_sweep.estimation.clusterability import label_frequencies, match_frequencies
from gls_sweep.noise import (
    asymmetric_matrix,
    draw_labels,
    file,
    label_sampler,
    realised_rate,
    realised_transition,
    symmetric_matrix,
)
from tests.estimation.populations import FloatArray, IntArray

NOISES = {
    "symmetric 0.2": symmetric_matrix(10, 0.2),
    "symmetric 0.4": symmetric_matrix(10, 0.4),
    "symmetric 0.6": symmetric_matrix(10, 0.6),
    "asymmetric 0.4": asymmetric_matrix(10, 0.4),
}


@dataclass(frozen=True, eq=False)
class Digits:
    """Pixels [N, 64], labels [N], and probabilities [N, 10] of a classifier that was trained on other samples."""

    pixels: FloatArray
    clean: IntArray
    labels: IntArray
    probabilities: FloatArray


@pytest.fixture(scope="module", params=NOISES.values(), ids=NOISES.keys())
def noisy_digits(request: pytest.FixtureRequest) -> Digits:
    from sklearn.datasets import load_digits
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_predict

    pixels, clean = load_digits(return_X_y=True)
    clean = clean.astype(np.int64)
    labels = draw_labels(clean, label_sampler("numpy", 0), request.param).labels
    model = LogisticRegression(C=0.2, max_iter=300)
    probabilities = cross_val_predict(model, pixels / 16, labels, cv=4, method="predict_proba")
    return Digits(pixels, clean, labels, probabilities)


def row_distance(found: Estimate, clean: IntArray, labels: IntArray) -> float:
    """Total variation between the rows of T, found and realised; mean over rows."""
    return float(abs(found.transition - realised_transition(clean, labels, 10)).sum(axis=1).mean() / 2)


# Of T and of the noise rate. Dual-T counts the noise twice where probabilities are as calibrated as these.
TOLERANCES = {"confident_joint": (0.1, 0.08), "anchor": (0.2, 0.13), "dual_t": (0.33, 0.33), "hoc": (0.15, 0.06)}


@pytest.mark.parametrize("name", ESTIMATORS)
def test_digits(noisy_digits: Digits, name: str) -> None:
    data = noisy_digits
    found = estimate(name, probabilities=data.probabilities, features=data.pixels, labels=data.labels, seed=0)
    most, most_rate = TOLERANCES[name]
    assert row_distance(found, data.clean, data.labels) < most
    assert found.noise_rate == pytest.approx(realised_rate(data.clean, data.labels), abs=most_rate)


def test_dual_t_helps_a_network_that_has_learnt_wrong_labels_by_heart() -> None:
    from sklearn.datasets import load_digits
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    pixels, clean = load_digits(return_X_y=True)
    clean = clean.astype(np.int64)
    labels = draw_labels(clean, label_sampler("numpy", 0), NOISES["symmetric 0.2"]).labels
    network = MLPClassifier(64, learning_rate_init=0.01, max_iter=150, n_iter_no_change=150, random_state=0)
    with pytest.warns(ConvergenceWarning):
        network.fit(pixels / 16, labels)
    probabilities = network.predict_proba(pixels / 16)
    dual, anchor, confident = (f(probabilities, labels) for f in (dual_t, anchor_points, confident_joint))
    assert row_distance(dual, clean, labels) < 0.7 * row_distance(anchor, clean, labels)
    assert row_distance(dual, clean, labels) < 0.7 * row_distance(confident, clean, labels)


def test_suspects_among_the_digits(noisy_digits: Digits) -> None:
    data = noisy_digits
    wrong = data.clean != data.labels
    precision, recall = precision_recall(suspected(data.probabilities, data.labels), wrong)
    proposed = proposed_labels(data.probabilities, data.labels)
    assert precision > 0.62
    assert recall > 0.62
    assert np.mean(proposed[wrong] == data.clean[wrong]) > 0.8


@pytest.fixture(scope="module")
def annotators(shared_data: Path) -> tuple[IntArray, IntArray]:
    """Return the labels of three people [50000, 3] and the clean ones."""
    folder = shared_data / "cifar10"
    clean = pd.read_parquet(folder / "train.parquet", columns=["label"])["label"].to_numpy(np.int64)
    keys = ("random_label1", "random_label2", "random_label3")
    sampler = label_sampler("numpy", 0)
    labels = [file(clean, sampler, num_classes=10, path=folder / "CIFAR-10_human.pt", key=key).labels for key in keys]
    return np.column_stack(labels), clean


def test_hoc_on_three_people_for_each_image(annotators: tuple[IntArray, IntArray]) -> None:
    labels, clean = annotators
    found = match_frequencies(label_frequencies(labels, 10))
    assert row_distance(found, clean, labels[:, 0]) < 0.04
    assert found.noise_rate == pytest.approx(np.mean(labels != clean[:, None]), abs=0.03)


def test_two_people_judge_the_third(annotators: tuple[IntArray, IntArray]) -> None:
    labels, clean = annotators
    votes = (np.eye(10)[labels[:, 1]] + np.eye(10)[labels[:, 2]] + 0.02) / 2.2
    given, wrong = np.ascontiguousarray(labels[:, 0]), labels[:, 0] != clean
    found = confident_joint(votes, given)
    precision, recall = precision_recall(suspected(votes, given), wrong)
    assert row_distance(found, clean, given) < 0.04
    assert found.noise_rate == pytest.approx(wrong.mean(), abs=0.03)
    assert precision > 0.8
    assert recall > 0.7
