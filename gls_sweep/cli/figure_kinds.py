"""The kinds of figures that there are."""

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, cast

from gls_sweep.errors import UserError, did_you_mean

if TYPE_CHECKING:
    from gls_sweep.results.plots.asked import DrawKind


class Kind(NamedTuple):
    """A kind of figures.

    Attributes
    ----------
    draw
        ``module:function``, imported when the kind is asked for.
    help, needs
        What it shows, and what cells it takes.
    runs_networks
        Whether it asks the trained networks, which takes time: drawn only when named.
    """

    draw: str
    help: str
    needs: str
    runs_networks: bool = False

    def load(self) -> "DrawKind":
        """Import what draws it."""
        module, function = self.draw.split(":")
        return cast("DrawKind", getattr(import_module(module), function))


PLOTS, NETWORKS = "gls_sweep.results.plots", "gls_sweep.sweep.network_figures"
RATES = "finished cells of at least two smooth rates"

KINDS: Mapping[str, Kind] = {
    "heat_map": Kind(
        f"{PLOTS}.heat_map:figures", "accuracy, smooth rate or loss by noise rate", "cells of more than one of them"
    ),
    "accuracy_over_rate": Kind(
        f"{PLOTS}.over_rate:figures", "accuracy over the smooth rate, a curve a noise rate", RATES
    ),
    "accuracy_over_noise": Kind(
        f"{PLOTS}.over_noise:figures",
        "accuracy over the noise rate, a line a loss or smooth rate",
        "finished cells of at least two noise rates, and two losses or smooth rates",
    ),
    "best_rates": Kind(
        f"{PLOTS}.best_rates:figures",
        "the best two smooth rates over the noise rate",
        "finished cells of at least three smooth rates and two noise rates",
    ),
    "regions": Kind(
        f"{PLOTS}.regions:figures",
        "where theory wants positive, where negative smoothing, and the best rates measured",
        "symmetric noise, and finished cells of at least two smooth rates",
    ),
    "training_curves": Kind(
        f"{PLOTS}.training_curves:figures",
        "test accuracy and memorised wrong labels over the epochs",
        "the histories of finished cells",
    ),
    "oracle_gap": Kind(
        f"{PLOTS}.oracle_gap:figures", "what each way to choose rate and epoch loses against the oracle", RATES
    ),
    "transition": Kind(
        f"{PLOTS}.transition:figures",
        "transition matrices asked for and realised",
        "cells with noisy labels whose true labels are known",
    ),
    "confidence": Kind(
        f"{NETWORKS}.confidence:figures",
        "confidence of right and of wrong predictions, at a few smooth rates",
        "finished cells",
        runs_networks=True,
    ),
    "calibration": Kind(
        f"{NETWORKS}.calibration:figures",
        "accuracy over confidence, at a few smooth rates",
        "finished cells",
        runs_networks=True,
    ),
    "bias_variance": Kind(
        f"{NETWORKS}.bias_variance:figures",
        "bias and variance of the predicted probabilities over the smooth rate",
        "finished cells of at least two seeds",
        runs_networks=True,
    ),
    "decision_boundaries": Kind(
        f"{NETWORKS}.decision_boundaries:figures",
        "what networks predict all over the plane",
        "finished cells of a data set with two features",
        runs_networks=True,
    ),
}


def kinds_of(names: Iterable[str]) -> Mapping[str, Kind]:
    """Give the kinds of these names.

    Raises
    ------
    UserError
        If there is none of a name.
    """
    for name in names:
        if name not in KINDS:
            raise UserError(f"figures={name}: must be of {', '.join(KINDS)}{did_you_mean(name, list(KINDS))}")
    return {name: KINDS[name] for name in names}
