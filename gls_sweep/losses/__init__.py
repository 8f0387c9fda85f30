"""Losses: per-sample functions for the engine, and GLS as a public function and module."""

from gls_sweep.losses.active_passive import nce_rce, nfl_mae
from gls_sweep.losses.bootstrap import bootstrap_hard, bootstrap_soft
from gls_sweep.losses.ce import ce
from gls_sweep.losses.cores import cores
from gls_sweep.losses.corrections import backward, forward
from gls_sweep.losses.elr import elr
from gls_sweep.losses.extras import EXTRAS
from gls_sweep.losses.focal import focal
from gls_sweep.losses.functional import GLSLoss, gls_loss
from gls_sweep.losses.gls import gls
from gls_sweep.losses.logit_clip import logit_clip
from gls_sweep.losses.negative import complementary, negative_learning
from gls_sweep.losses.optimal import optimal_smooth_rate
from gls_sweep.losses.peer import peer, total_variation
from gls_sweep.losses.robust import gce, mae, sce

__all__ = [
    "EXTRAS",
    "GLSLoss",
    "backward",
    "bootstrap_hard",
    "bootstrap_soft",
    "ce",
    "complementary",
    "cores",
    "elr",
    "focal",
    "forward",
    "gce",
    "gls",
    "gls_loss",
    "logit_clip",
    "mae",
    "nce_rce",
    "negative_learning",
    "nfl_mae",
    "optimal_smooth_rate",
    "peer",
    "sce",
    "total_variation",
]
