"""Labels that are likely wrong."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gls_sweep.errors import UserError
from gls_sweep.estimation import precision_recall, proposed_labels, suspect_count, suspect_scores, suspected
from gls_sweep.estimation.suspects_figure import suspects_figure
from tests.estimation.populations import TRANSITIONS, FloatArray, population, random_outputs

sizes = {"num_samples": st.integers(1, 40), "num_classes": st.integers(2, 5), "seed": st.integers(0, 2**32)}


@pytest.mark.parametrize("transition", TRANSITIONS.values(), ids=TRANSITIONS.keys())
@pytest.mark.parametrize("outputs", ["posteriors", "certain"])
def test_a_perfect_network_finds_exactly_the_wrong_labels(transition: FloatArray, outputs: str) -> None:
    truth = population(transition)
    probabilities, wrong = getattr(truth, outputs), truth.clean != truth.labels
    assert suspect_count(probabilities, truth.labels) == wrong.sum()
    np.testing.assert_array_equal(suspected(probabilities, truth.labels), wrong)
    np.testing.assert_array_equal(proposed_labels(probabilities, truth.labels)[wrong], truth.clean[wrong])


def test_scores_by_hand() -> None:
    # Thresholds 0.75 and 0.5.
    probabilities = np.array([[0.9, 0.1], [0.6, 0.4], [0.5, 0.5]])
    scores = suspect_scores(probabilities, np.array([0, 0, 1]))
    odds = np.array([0.2 / 1.2, 0.8 / 0.8, (2 / 3) / 1.0])
    np.testing.assert_allclose(scores, odds / (1 + odds))


@given(**sizes)
def test_scores_are_in_range_whatever_the_order(num_samples: int, num_classes: int, seed: int) -> None:
    probabilities, labels = random_outputs(num_samples, num_classes, seed)
    scores, proposed = suspect_scores(probabilities, labels), proposed_labels(probabilities, labels)
    assert ((scores >= 0) & (scores <= 1)).all()
    assert (proposed != labels).all()
    rng = np.random.default_rng(seed)
    order, classes = rng.permutation(num_samples), rng.permutation(num_classes)
    renamed = np.empty_like(probabilities)
    renamed[:, classes] = probabilities
    moved = renamed[order], classes[labels[order]]
    np.testing.assert_allclose(suspect_scores(*moved), scores[order], atol=1e-12)
    np.testing.assert_array_equal(proposed_labels(*moved), classes[proposed[order]])


@given(**sizes)
def test_suspects_are_the_top_of_the_ranking(num_samples: int, num_classes: int, seed: int) -> None:
    outputs = random_outputs(num_samples, num_classes, seed)
    marks, scores = suspected(*outputs), suspect_scores(*outputs)
    assert marks.sum() == suspect_count(*outputs)
    assert not marks.any() or marks.all() or scores[marks].min() >= scores[~marks].max()


def test_certain_networks() -> None:
    labels = np.array([0, 1, 1, 1])
    agreeing, contrary = np.eye(3)[labels], np.eye(3)[np.array([0, 0, 0, 0])]
    np.testing.assert_array_equal(suspect_scores(agreeing, labels), 0.0)
    np.testing.assert_array_equal(suspect_scores(contrary, labels), [0, 1, 1, 1])
    np.testing.assert_array_equal(proposed_labels(contrary, labels)[1:], 0)


def test_precision_and_recall() -> None:
    marks, wrong = np.array([True, True, True, False, False]), np.array([True, False, False, True, False])
    assert precision_recall(marks, wrong) == pytest.approx((1 / 3, 1 / 2))
    none = np.zeros(5, dtype=bool)
    np.testing.assert_equal(precision_recall(none, wrong), (np.nan, 0.0))
    np.testing.assert_equal(precision_recall(marks, none), (0.0, np.nan))


def test_arrays_that_do_not_fit() -> None:
    with pytest.raises(UserError, match="probabilities: row 0 is no distribution"):
        suspect_scores(np.ones((2, 2)), np.array([0, 1]))
    with pytest.raises(UserError, match=r"labels: are int64 \(1,\)"):
        proposed_labels(np.eye(2), np.array([0]))
    with pytest.raises(UserError, match=r"suspected: bool \(2,\) and wrong bool \(3,\), both must be truth values"):
        precision_recall(np.ones(2, dtype=bool), np.ones(3, dtype=bool))
    with pytest.raises(UserError, match="both must be truth values"):
        precision_recall(np.ones(2, dtype=bool), np.array([0, 1]))  # type: ignore[arg-type]


def test_dollars_in_class_names_are_no_formulas() -> None:
    figure = suspects_figure(np.zeros((1, 1, 8, 8), np.uint8), [r"d$\foo$ → cat"], r"of $\foo$")
    figure.canvas.draw()
    assert figure.axes[0].get_title() == r"d$\foo$ → cat"
