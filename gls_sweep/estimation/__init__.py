"""Estimation from noisy data alone: transition matrix, noise rate, the smooth rate they imply, suspect labels."""

from gls_sweep.estimation.anchors import anchor_points, dual_t
from gls_sweep.estimation.clusterability import hoc
from gls_sweep.estimation.confident_learning import confident_joint, joint_distribution
from gls_sweep.estimation.estimate import Estimate
from gls_sweep.estimation.estimators import ESTIMATORS, NEED_FEATURES, Estimator, estimate
from gls_sweep.estimation.smooth_rate import LOWEST_RATE, implied_smooth_rate
from gls_sweep.estimation.suspects import (
    precision_recall,
    proposed_labels,
    suspect_count,
    suspect_scores,
    suspected,
)

__all__ = [
    "ESTIMATORS",
    "LOWEST_RATE",
    "NEED_FEATURES",
    "Estimate",
    "Estimator",
    "anchor_points",
    "confident_joint",
    "dual_t",
    "estimate",
    "hoc",
    "implied_smooth_rate",
    "joint_distribution",
    "precision_recall",
    "proposed_labels",
    "suspect_count",
    "suspect_scores",
    "suspected",
]
