"""Typed configuration of the losses, by the names of their options."""

from gls_sweep.config.loss import assisted, gls, robust
from gls_sweep.config.loss.base import LossConfig

LOSSES: dict[str, type[LossConfig]] = {
    "loss": LossConfig,
    "ce": gls.CeConfig,
    "gls": gls.GlsConfig,
    "bootstrap_soft": robust.BootstrapSoftConfig,
    "bootstrap_hard": robust.BootstrapHardConfig,
    "forward": assisted.ForwardConfig,
    "backward": assisted.BackwardConfig,
    "mae": robust.MaeConfig,
    "gce": robust.GceConfig,
    "sce": robust.SceConfig,
    "nce_rce": robust.NceRceConfig,
    "nfl_mae": robust.NflMaeConfig,
    "focal": robust.FocalConfig,
    "logit_clip": robust.LogitClipConfig,
    "peer": assisted.PeerConfig,
    "total_variation": assisted.TotalVariationConfig,
    "cores": assisted.CoresConfig,
    "negative_learning": assisted.NegativeLearningConfig,
    "complementary": assisted.ComplementaryConfig,
    "elr": assisted.ElrConfig,
}
