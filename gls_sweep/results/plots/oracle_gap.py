"""What each way to choose smooth rate and epoch loses against the oracle."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gls_sweep.results.escape import signed
from gls_sweep.results.groups import NOISE_RATE
from gls_sweep.results.oracle_gap import oracle_gap
from gls_sweep.results.pivot import noise_labels
from gls_sweep.results.plots.asked import Asked
from gls_sweep.results.plots.style import BLUE, NOTE, entitle, new_figure, styled
from gls_sweep.results.plots.words import describe_cells, name_noise
from gls_sweep.results.swept import swept_rates

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ORACLE = ("oracle", "best")  # whose gap is none


def figures(asked: Asked) -> "Iterator[tuple[str, Figure]]":
    """Draw each loss with several smooth rates."""
    for group, cells in swept_rates(asked.table):
        gaps = oracle_gap(cells)
        if len(gaps):
            yield group, gap_figure(cells, gaps, group)


@styled
def gap_figure(table: pd.DataFrame, gaps: pd.DataFrame, group: str = "") -> "Figure":
    """Draw the rows of `gls_sweep.results.oracle_gap`: a panel per noise rate, a line per choice of rate and epoch.

    Parameters
    ----------
    table
        The cells that they are of: of one loss, and alike but for smooth rate, noise rate and seeds.
    gaps
        As from `gls_sweep.results.oracle_gap`.
    group
        What tells the cells from others.
    """
    choices = [pair for pair in dict.fromkeys(zip(gaps["rate"], gaps["epoch"], strict=True)) if pair != ORACLE]
    panels = dict(list(gaps.groupby(NOISE_RATE, dropna=False)) if NOISE_RATE in gaps else [(np.nan, gaps)])
    rates = pd.Index(panels)
    names = name_noise(rates, noise_labels(rates, table))
    size = (max(5.2, 1.6 + 2.2 * len(panels)), 1.7 + 0.3 * len(choices))
    figure, grid = new_figure(*size, 1, len(panels), sharey=True, sharex=True)
    for axes, own, name in zip(grid[0], panels.values(), names, strict=True):
        _draw_gaps(axes, own.set_index(["rate", "epoch"]).reindex(choices))
        oracle = signed(f"{own['oracle_rate'].iat[0]:g}")
        axes.set_title(f"{name}\noracle: $r$ = {oracle}", loc="left")
        axes.set_xlabel("points below the oracle")
    grid[0, 0].set_yticks(range(len(choices)), [f"rate {rate}, epoch {epoch}" for rate, epoch in choices])
    grid[0, 0].set_ylim(len(choices) - 0.5, -0.5)
    headline = "Oracle gap: test accuracy lost by choosing rate and epoch without the test labels"
    notes = ["oracle: chosen on the test labels", "val: on held-out noisy labels"]
    notes += ["bars: standard error over seeds"] if gaps["n"].max() > 1 else []
    entitle(figure, headline, describe_cells(table, group), notes)
    return figure


def _draw_gaps(axes: "Axes", rows: pd.DataFrame) -> None:
    y, gaps, errors = np.arange(len(rows)), 100 * rows["gap"], 100 * rows["standard_error"].fillna(0)
    axes.axvline(0, color=NOTE, linewidth=0.8)
    axes.hlines(y, 0, gaps, color=BLUE, alpha=0.3, linewidth=5)
    axes.errorbar(gaps, y, xerr=errors, fmt="o", color=BLUE, capsize=2, linewidth=1.2)
    for place, gap, error in zip(y, gaps, errors, strict=True):
        if np.isfinite(gap):
            axes.annotate(f"{gap:.1f}", (gap + error, place), (5, 0), textcoords="offset points", va="center")
    axes.grid(axis="x")
    axes.margins(x=0.25)
