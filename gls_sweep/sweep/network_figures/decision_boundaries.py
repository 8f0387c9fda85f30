"""What networks predict all over the plane, for data with two features."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import torch

from gls_sweep.results.groups import SEEDS
from gls_sweep.results.plots.asked import Asked
from gls_sweep.results.plots.style import (
    BLUE,
    GREEN,
    NOTE,
    PURPLE,
    SKY,
    VERMILION,
    Floats,
    entitle,
    new_figure,
    plain,
    styled,
)
from gls_sweep.results.plots.words import describe_cells
from gls_sweep.sweep.network_figures.panels import Panels, even_panels, finished_groups, networks
from gls_sweep.sweep.outputs import Network

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST = 7  # panels beside each other
RESOLUTION = 120  # points of the plane along each side
MOST_POINTS = 400  # training points drawn
ORANGE = "#e69f00"  # of Okabe and Ito too; lighter than the blue, for print in grey
COLORS = (ORANGE, BLUE, GREEN, PURPLE, VERMILION, SKY)
MARGIN = 1.1  # of the plane around the samples
KEPT: dict[str, Any] = {"s": 7, "linewidths": 0.3, "edgecolors": "white"}
FLIPPED: dict[str, Any] = {"s": 20, "linewidths": 0.5, "edgecolors": "black", "marker": "X"}
PALEST, DEEPEST = 0.06, 0.6  # of a class's colour, where a network is least and most sure of it


def figures(asked: Asked) -> Iterator[tuple[str, Figure]]:
    """Draw one for each group of `split_groups` with two features: a row for each noise rate, a panel for each rate.

    Networks of one seed are shown, the first that there is.
    """
    for group, cells in finished_groups(asked):
        one = first_seed(cells)
        dataset = next(networks(asked, one)).source.dataset
        if dataset.input_shape == (2,):
            yield group, _draw(asked, even_panels(one, MOST), dataset.class_names, describe_cells(one, group))


def first_seed(cells: pd.DataFrame) -> pd.DataFrame:
    """Keep the cells of one combination of seeds and fold, the first."""
    keys = [key for key in (*SEEDS, "dataset.fold") if key in cells]
    return cells[cells.groupby(keys, dropna=False).ngroup() == 0]


def plane(inputs: torch.Tensor) -> tuple[Floats, Floats]:
    """Lay a square grid over features [N, 2]: its places [RESOLUTION] along each of the two axes."""
    low, high = (edge.values.double().numpy() for edge in (inputs.min(0), inputs.max(0)))
    middle, half = (low + high) / 2, MARGIN * (high - low).max() / 2
    x, y = np.linspace(middle - half, middle + half, RESOLUTION, axis=1)
    return x, y


def shade(probabilities: Floats) -> Floats:
    """Give colours [..., 3] for probabilities [..., K]: that of the likeliest class, the paler the less sure it is."""
    from matplotlib.colors import to_rgb

    classes = probabilities.shape[-1]
    colors = np.array([to_rgb(class_color(label)) for label in range(classes)])[probabilities.argmax(-1)]
    sure = (probabilities.max(-1, keepdims=True) - 1 / classes) / (1 - 1 / classes)
    depth = PALEST + (DEEPEST - PALEST) * sure
    return np.asarray(1 - depth * (1 - colors))


def class_color(label: int) -> str:
    """Give a class its colour."""
    return COLORS[label % len(COLORS)]


@styled
def _draw(asked: Asked, panels: Panels, names: Sequence[str], context: str) -> Figure:
    height, width = len(panels.rows), len(panels.rows[0][1])
    size = max(7.0, 0.6 + 1.7 * width), 1.2 + 1.75 * height
    figure, grid = new_figure(*size, height, width, sharex=True, sharey=True)
    for line, (noise, row) in zip(grid, panels.rows, strict=True):
        for axes, panel in zip(line, row, strict=True):
            axes.set(xticks=[], yticks=[], aspect="equal")
            axes.spines[:].set_visible(False)
            if panel is None:
                axes.text(0.5, 0.5, "not finished", ha="center", va="center", color=NOTE, transform=axes.transAxes)
                continue
            axes.set_title(f"{panel.title}: {100 * panel.cells['last.test_accuracy'].mean():.1f} %")
            network = next(networks(asked, panel.cells))
            _draw_areas(axes, network)
            _draw_points(axes, network)
        line[0].set_ylabel(noise)
    _add_legend(figure, names)
    notes = ["areas: predicted class, the paler the less sure; points: training samples, the colour is the given label"]
    notes += ["above: test accuracy", *panels.notes()]
    entitle(figure, "Decision boundaries", context, notes)
    return figure


def _draw_areas(axes: Axes, network: Network) -> None:
    x, y = plane(network.source.dataset.inputs)
    points = np.stack(np.meshgrid(x, y), axis=-1)
    probabilities = network.predict(torch.from_numpy(points.reshape(-1, 2)).float()).reshape(*points.shape[:2], -1)
    extent = (x[0], x[-1], y[0], y[-1])
    axes.imshow(shade(probabilities), origin="lower", extent=extent, interpolation="bilinear")
    for label in range(probabilities.shape[-1] - 1):
        best_other = np.delete(probabilities, label, axis=-1).max(-1)
        lead = probabilities[..., label] - best_other
        if lead.min() < 0 < lead.max():
            axes.contour(x, y, lead, levels=[0], colors="black", linewidths=0.9)


def _draw_points(axes: Axes, network: Network) -> None:
    source = network.source
    kept = source.kept[:MOST_POINTS]
    inputs, given = source.dataset.inputs[kept].numpy(), network.given_labels[kept]
    flipped = (given != source.dataset.labels[kept]) & source.dataset.labels_are_true
    for chosen, style in ((~flipped, KEPT), (flipped, FLIPPED)):
        colors = [class_color(label) for label in given[chosen]]
        axes.scatter(inputs[chosen, 0], inputs[chosen, 1], c=colors, **style)


def _add_legend(figure: Figure, names: Sequence[str]) -> None:
    from matplotlib.lines import Line2D

    marks = [Line2D([], [], color=class_color(label), marker="o", linestyle="") for label in range(len(names))]
    flipped = Line2D([], [], color="white", marker="X", markeredgecolor="black", linestyle="", markersize=7)
    figure.legend(
        [*marks, flipped], [*map(plain, names), "given label is wrong"], loc="upper right", ncols=9, frameon=False
    )
