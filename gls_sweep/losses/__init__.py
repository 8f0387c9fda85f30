"""Losses: per-sample functions for the engine, and GLS as a public function and module."""

from gls_sweep.losses.ce import ce
from gls_sweep.losses.functional import GLSLoss, gls_loss
from gls_sweep.losses.gls import gls
from gls_sweep.losses.optimal import optimal_smooth_rate

__all__ = ["GLSLoss", "ce", "gls", "gls_loss", "optimal_smooth_rate"]
