"""Bias and variance of the predicted probabilities over the smooth rate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from gls_sweep.results.groups import RATE, compares_losses
from gls_sweep.results.plots.asked import Asked
from gls_sweep.results.plots.style import BLUE, NOTE, VERMILION, entitle, label_ends, new_figure, plain, styled
from gls_sweep.results.plots.words import describe_cells
from gls_sweep.sweep.network_figures.panels import LABEL, finished_groups, label_notes, labels_of, noises, test_outputs
from gls_sweep.sweep.outputs import LabelledOutputs

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ACROSS = 4  # panels beside each other
PARTS = {"error": (NOTE, "x", "--"), "bias²": (BLUE, "o", "-"), "variance": (VERMILION, "s", "-")}
"""Colour, marker and line of each."""


class Decomposition(NamedTuple):
    """The mean squared error of predicted probabilities, in its two parts."""

    bias_squared: float
    variance: float

    @property
    def error(self) -> float:
        """Mean squared error, between 0 and 2: the Brier score."""
        return self.bias_squared + self.variance


def figures(asked: Asked) -> Iterator[tuple[str, Figure]]:
    """Draw one for each group of `split_groups` with two seeds or more: a panel for each noise rate."""
    for group, cells in finished_groups(asked):
        found = {noise: _decompose_all(asked, own) for noise, own in noises(cells)}
        found = {noise: values for noise, values in found.items() if values.notna().any(axis=None)}
        if found:
            yield group, _draw(found, cells, group)


def decompose(outputs: Iterable[LabelledOutputs]) -> Decomposition:
    r"""Split the squared error of networks that differ in their seeds into bias and variance.

    For one-hot test labels y and probabilities p of a network, `E‖y - p‖² = ‖y - E p‖² + E‖p - E p‖²`: bias² and
    variance, averaged over the test samples (Yang et al., "Rethinking Bias-Variance Trade-off for Generalization of
    Neural Networks", ICML 2020). The expectation is over what the seeds draw: initial weights, batch order and, where
    they follow the seed, noisy labels. With S networks the variance is estimated without bias, its sum divided by
    S - 1, and bias² is the rest of the error.

    Parameters
    ----------
    outputs
        Of at least two networks for the same test set.

    Returns
    -------
    Decomposition
        As an estimate `bias_squared` may fall below 0 by a little.
    """
    networks, total, squares, error = 0, np.zeros(()), 0.0, 0.0
    for output in outputs:
        p = output.probabilities
        networks, total = networks + 1, total + p
        squares += float((p**2).sum(1).mean())
        error += float(((np.eye(p.shape[1])[output.labels] - p) ** 2).sum(1).mean())
    mean = total / networks
    variance = (squares - networks * float((mean**2).sum(1).mean())) / (networks - 1)
    return Decomposition(error / networks - variance, variance)


def _decompose_all(asked: Asked, cells: pd.DataFrame) -> pd.DataFrame:
    """Give the parts of the error, a column each, for each loss or smooth rate; missing for fewer than two networks."""
    rows = {}
    for label in labels_of(cells):
        own = cells[cells[LABEL] == label]
        if len(own) > 1:
            parts = decompose(test_outputs(asked, own))
            rows[label] = {"error": parts.error, "bias²": parts.bias_squared, "variance": parts.variance}
    return pd.DataFrame.from_dict(rows, orient="index").reindex(index=list(cells[LABEL].cat.categories))


@styled
def _draw(found: dict[str, pd.DataFrame], cells: pd.DataFrame, group: str) -> Figure:
    swept = [] if compares_losses(cells) else labels_of(cells[cells[RATE].notna()])  # lines join numbers alone
    columns = min(len(found), ACROSS)
    height, labels = -(-len(found) // columns), labels_of(cells)
    width, tall = max(2.4, 0.2 * len(labels)) * columns, (2.0 + 0.07 * max(map(len, labels))) * height
    figure, grid = new_figure(max(5.6, 1.4 + width), 1.2 + tall, height, columns, sharey=True)
    for axes in grid.flat[len(found) :]:
        axes.set_axis_off()
    for axes, (noise, values) in zip(grid.flat, found.items(), strict=False):
        axes.set(title=noise, xlabel="loss" if compares_losses(cells) else "smooth rate $r$")
        _draw_panel(axes, values, values.index.isin(swept))
    for axes in grid[:, 0]:
        axes.set_ylabel("squared error")
    last = list(found.values())[-1].dropna().iloc[-1]
    label_ends(grid.flat[len(found) - 1], last.tolist(), [*PARTS], [color for color, *_ in PARTS.values()])
    notes = ["error = bias² + variance, of the predicted probabilities on the test set, over seeds", "last epoch"]
    entitle(figure, "Bias and variance", describe_cells(cells, group), [*notes, *label_notes(cells)])
    return figure


def _draw_panel(axes: Axes, values: pd.DataFrame, swept: npt.NDArray[np.bool_]) -> None:
    x = np.arange(len(values))
    for name, (color, marker, line) in PARTS.items():
        axes.plot(x, values[name], color=color, marker=marker, linestyle="")
        axes.plot(x[swept], values[name][swept], color=color, linestyle=line)
    axes.set_xticks(x, [plain(str(label)) for label in values.index], rotation=90)
    axes.grid(axis="y")
