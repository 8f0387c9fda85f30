"""How sure networks are where they are right, and where they are wrong (after Wei et al., ICML 2022)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from gls_sweep.results.plots.asked import Asked
from gls_sweep.results.plots.style import BLUE, SMALL, VERMILION, Floats, entitle, ink, new_figure, styled
from gls_sweep.results.plots.words import describe_cells
from gls_sweep.sweep.network_figures.panels import Panels, finished_groups, telling_panels, test_outputs
from gls_sweep.sweep.outputs import LabelledOutputs

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BINS = 10


def figures(asked: Asked) -> Iterator[tuple[str, Figure]]:
    """Draw one for each group of `split_groups`: a row for each noise rate, a panel for each chosen smooth rate."""
    for group, cells in finished_groups(asked):
        yield group, _draw(asked, telling_panels(cells), describe_cells(cells, group))


def confidence_shares(confidence: Floats) -> Floats:
    """Give the share (in %) of confidences in each of `BINS` equal bins of [0, 1]; zeros where there are none."""
    counts, _ = np.histogram(confidence, BINS, (0, 1))
    return np.asarray(100 * counts / max(len(confidence), 1))


@styled
def _draw(asked: Asked, panels: Panels, context: str) -> Figure:
    height, width = len(panels.rows), len(panels.rows[0][1])
    size = max(5.6, 0.9 + 2.1 * width), 1.3 + 1.5 * height
    figure, grid = new_figure(*size, height, width, sharex=True, sharey=True)
    for line, (noise, row) in zip(grid, panels.rows, strict=True):
        for axes, panel in zip(line, row, strict=True):
            if panel is None:
                axes.set_axis_off()
                continue
            axes.set_title(panel.title)
            _draw_panel(axes, list(test_outputs(asked, panel.cells)))
        line[0].set_ylabel(f"{noise}\nshare in %")
    for axes in grid[-1]:
        axes.set_xlabel("confidence")
    notes = ["up: predictions that are right, down: wrong ones, each in % of their own number", *panels.notes()]
    entitle(figure, "Confidence of right and of wrong predictions on the test set", context, notes)
    return figure


def _draw_panel(axes: Axes, outputs: Sequence[LabelledOutputs]) -> None:
    confidence = np.concatenate([output.confidence for output in outputs])
    right = np.concatenate([output.right for output in outputs])
    edges = np.linspace(0, 1, BINS + 1)
    width, lowest = edges[1], 1 / outputs[0].probabilities.shape[1]
    parts = (("right", right, BLUE, 1, None), ("wrong", ~right, VERMILION, -1, "////"))
    for name, chosen, color, sign, hatch in parts:
        heights = sign * confidence_shares(confidence[chosen])
        axes.bar(edges[:-1], heights, width, align="edge", color=color, hatch=hatch, edgecolor="white", linewidth=0.3)
        mean = f", mean {confidence[chosen].mean():.2f}" if chosen.any() else ""
        text = f"{chosen.sum()} {name} ({100 * chosen.mean():.1f} %){mean}"
        style: dict[str, Any] = {
            "color": ink(color),
            "va": "center",
            "fontsize": SMALL - 1,
            "transform": axes.transAxes,
        }
        axes.text(0.03, 0.5 + 0.43 * sign, text, **style)
    axes.axhline(0, color="black", linewidth=0.8)
    axes.set(xlim=(np.floor(10 * lowest) / 10, 1), ylim=(-140, 140), yticks=(-100, -50, 0, 50, 100))
    axes.set_yticklabels(["100", "50", "0", "50", "100"])
