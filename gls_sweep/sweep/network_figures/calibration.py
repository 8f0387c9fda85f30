"""Reliability diagrams: how often networks are right when they are this sure (Guo et al., ICML 2017)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from gls_sweep.results.plots.asked import Asked
from gls_sweep.results.plots.style import BLUE, NOTE, SMALL, VERMILION, entitle, new_figure, styled
from gls_sweep.results.plots.words import describe_cells
from gls_sweep.sweep.network_figures.panels import Panels, finished_groups, telling_panels, test_outputs
from gls_sweep.sweep.outputs import LabelledOutputs
from gls_sweep.training.metrics import BINS, Tally

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

GAP: dict[str, Any] = {"facecolor": "none", "edgecolor": VERMILION, "hatch": "/////", "linewidth": 0.8}
PAPER = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.5}


def figures(asked: Asked) -> Iterator[tuple[str, Figure]]:
    """Draw one for each group of `split_groups`: a row for each noise rate, a panel for each chosen smooth rate."""
    for group, cells in finished_groups(asked):
        yield group, _draw(asked, telling_panels(cells), describe_cells(cells, group))


def tally(outputs: list[LabelledOutputs]) -> Tally:
    """Count what R networks say of the same test set, in bins of confidence: all of it [R, BINS], as in training."""
    probabilities = torch.from_numpy(np.stack([output.probabilities for output in outputs]))
    labels = torch.from_numpy(np.stack([output.labels for output in outputs]))
    counts = Tally.empty(len(outputs), torch.device("cpu"))
    counts.add(probabilities.log(), labels)
    return counts


@styled
def _draw(asked: Asked, panels: Panels, context: str) -> Figure:
    height, width = len(panels.rows), len(panels.rows[0][1])
    size = max(5.6, 0.9 + 2.1 * width), 1.3 + 2.3 * height
    figure, grid = new_figure(*size, 2 * height, width, sharex=True, height_ratios=[4, 1] * height)
    for above, below, (noise, row) in zip(grid[::2], grid[1::2], panels.rows, strict=True):
        for axes, counts, panel in zip(above, below, row, strict=True):
            if panel is None:
                axes.set_axis_off()
                counts.set_axis_off()
                continue
            axes.set_title(panel.title)
            _draw_panel(axes, counts, tally(list(test_outputs(asked, panel.cells))))
        above[0].set_ylabel(f"{noise}\naccuracy")
        below[0].set_ylabel("share\nin %")
    for axes in grid[-1]:
        axes.set_xlabel("confidence")
    notes = [
        f"bars: accuracy in each of {BINS} bins of confidence; hatched: its gap to the mean confidence there",
        "below: share of the samples; ECE: expected calibration error, mean over the networks",
        *panels.notes(),
    ]
    entitle(figure, "Calibration on the test set", context, notes)
    return figure


def _draw_panel(axes: Axes, counts: Axes, totals: Tally) -> None:
    count, right, confidence = (part.sum(0).numpy() for part in (totals.count, totals.right, totals.confidence))
    used = np.flatnonzero(count)
    accuracy, sure = right[used] / count[used], confidence[used] / count[used]
    left, width = used / BINS, 1 / BINS
    axes.bar(left, accuracy, width, align="edge", color=BLUE, alpha=0.75, edgecolor="white", linewidth=0.5)
    axes.bar(left, sure - accuracy, width, accuracy, align="edge", **GAP)
    axes.plot([0, 1], [0, 1], color=NOTE, linestyle="--", linewidth=1)
    error = float(totals.metrics("test")["test_ece"].mean())
    axes.text(0.05, 0.95, f"ECE {error:.3f}", va="top", fontsize=SMALL, transform=axes.transAxes, bbox=PAPER)
    axes.set(xlim=(0, 1), ylim=(0, 1), xticks=(0, 0.5, 1), yticks=(0, 0.5, 1))
    axes.tick_params(labelbottom=False)
    counts.bar(
        left, 100 * count[used] / count.sum(), width, align="edge", color="0.5", edgecolor="white", linewidth=0.5
    )
    counts.set(ylim=(0, 100), yticks=(0, 100))
