"""Which labels are likely wrong, and what they should rather be."""

import numpy as np
import numpy.typing as npt

from gls_sweep.errors import UserError
from gls_sweep.estimation.confident_learning import class_thresholds, joint_distribution
from gls_sweep.estimation.estimate import FloatArray, IntArray, check_outputs

SMALLEST_THRESHOLD = 1e-9  # a network may be certain that all labels of a class are wrong

BoolArray = npt.NDArray[np.bool_]


def suspect_scores(probabilities: FloatArray, labels: IntArray) -> FloatArray:
    """Score how likely each label is wrong: the odds of the strongest other class against it.

    ``s_k / (s_k + s_y)`` with ``s_k = p_k / t_k``, the probability of a class relative to its threshold in confident
    learning, for the label y and the strongest other class k. Chosen by average precision on
    digits and CIFAR-10N: self-confidence and the margin ``p_k - p_y`` are as good on one kind of data and worse on
    another, and neither knows that a network is less sure of the noisier classes.

    Parameters
    ----------
    probabilities
        Softmax outputs, float64 [N, K], better of a network that was not trained on these samples.
    labels
        Given, noisy labels, int64 [N] in 0..K-1.

    Returns
    -------
    FloatArray
        [N] in [0, 1]; above 1/2 another class stands out more than the given one. A ranking, not a probability.

    Raises
    ------
    UserError
        See `check_outputs`.
    """
    given, others = _strengths(probabilities, labels)
    strongest = others.max(axis=1)
    scores: FloatArray = strongest / (strongest + given)
    return scores


def proposed_labels(probabilities: FloatArray, labels: IntArray) -> IntArray:
    """Return the class [N] that each sample has instead of its given one if that is wrong; never the given one.

    The k of `suspect_scores`, whose arguments and errors it shares. Among wrong labels it is right more often than the
    most probable class, which may be the given one.
    """
    _, others = _strengths(probabilities, labels)
    proposed: IntArray = others.argmax(axis=1)
    return proposed


def suspect_count(probabilities: FloatArray, labels: IntArray) -> int:
    """Estimate how many labels are wrong: N times what is off the diagonal of `joint_distribution`."""
    return round(len(labels) * float(1.0 - joint_distribution(probabilities, labels).trace()))


def suspected(probabilities: FloatArray, labels: IntArray) -> BoolArray:
    """Mark the `suspect_count` labels [N] with the highest `suspect_scores`; of equal scores the first."""
    marks = np.zeros(len(labels), dtype=np.bool_)
    ranking = np.argsort(-suspect_scores(probabilities, labels), kind="stable")
    marks[ranking[: suspect_count(probabilities, labels)]] = True
    return marks


def precision_recall(suspected: BoolArray, wrong: BoolArray) -> tuple[float, float]:
    """Return which share of the suspected labels is wrong, and which share of the wrong ones is suspected.

    Parameters
    ----------
    suspected, wrong
        bool [N].

    Returns
    -------
    precision, recall
        In [0, 1]; NaN where nothing is suspected, or nothing wrong.

    Raises
    ------
    UserError
        Not of the same samples, or not truth values.
    """
    if suspected.shape != wrong.shape or suspected.dtype != np.bool_ or wrong.dtype != np.bool_:
        raise UserError(
            f"suspected: {suspected.dtype} {suspected.shape} and wrong {wrong.dtype} {wrong.shape}, both must be truth "
            "values of the same samples"
        )
    found = int((suspected & wrong).sum())
    precision, recall = (found / n if (n := int(marks.sum())) else np.nan for marks in (suspected, wrong))
    return precision, recall


def _strengths(probabilities: FloatArray, labels: IntArray) -> tuple[FloatArray, FloatArray]:
    """Return the probability relative to the threshold, of the given class [N] and of the others [N, K], 0 at it."""
    check_outputs(probabilities, labels)
    samples = np.arange(len(labels))
    others = probabilities / np.maximum(class_thresholds(probabilities, labels), SMALLEST_THRESHOLD)
    given = others[samples, labels]
    others[samples, labels] = 0.0
    return given, others
