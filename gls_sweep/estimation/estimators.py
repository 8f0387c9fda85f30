"""The estimators of T by name, all called alike."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from gls_sweep.errors import UserError
from gls_sweep.estimation.anchors import anchor_points, dual_t
from gls_sweep.estimation.clusterability import hoc
from gls_sweep.estimation.confident_learning import confident_joint
from gls_sweep.estimation.estimate import Estimate, FloatArray, IntArray, check_outputs

Estimator: TypeAlias = Callable[[FloatArray, FloatArray | None, IntArray, int], Estimate]
"""From probabilities [N, K], features [N, D], labels [N] and a seed."""

ESTIMATORS: Mapping[str, Estimator] = {
    "confident_joint": lambda probabilities, features, labels, seed: confident_joint(probabilities, labels),
    "anchor": lambda probabilities, features, labels, seed: anchor_points(probabilities, labels),
    "dual_t": lambda probabilities, features, labels, seed: dual_t(probabilities, labels),
    "hoc": lambda probabilities, features, labels, seed: _hoc(probabilities, features, labels, seed),
}
NEED_FEATURES = ("hoc",)


def estimate(
    name: str, *, probabilities: FloatArray, features: FloatArray | None, labels: IntArray, seed: int
) -> Estimate:
    """Estimate T by one of `ESTIMATORS`.

    Parameters
    ----------
    name
        A key of `ESTIMATORS`.
    probabilities
        Softmax outputs of a network trained on the noisy labels, float64 [N, K].
    features
        [N, D]: its last hidden layer, say. None will do where the name is not among `NEED_FEATURES`.
    labels
        Given, noisy labels, int64 [N] in 0..K-1.
    seed
        For estimators that draw.

    Raises
    ------
    UserError
        Unknown name; arrays that do not fit.
    """
    if name not in ESTIMATORS:
        raise UserError(f"estimator={name}: must be one of {', '.join(ESTIMATORS)}")
    check_outputs(probabilities, labels)
    return ESTIMATORS[name](probabilities, features, labels, seed)


def _hoc(probabilities: FloatArray, features: FloatArray | None, labels: IntArray, seed: int) -> Estimate:
    if features is None:
        raise UserError("estimator=hoc: needs features")
    return hoc(features, labels, seed, num_classes=probabilities.shape[1])
