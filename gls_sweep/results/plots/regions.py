"""Where positive and where negative label smoothing is the better one, as in the GLS paper's Figure 2."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gls_sweep.results.escape import signed
from gls_sweep.results.pivot import PivotTable
from gls_sweep.results.plots.asked import Asked
from gls_sweep.results.plots.rates import from_the_best, near_the_best, pivot_rates
from gls_sweep.results.plots.style import BLACK, entitle, new_figure, styled
from gls_sweep.results.plots.words import describe_cells, tell_policy
from gls_sweep.results.swept import swept_rates
from gls_sweep.results.theory import mixing

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

POSITIVE, NEGATIVE = "#fbe3c8", "#9fc3e0"
LINE = "0.4"
LOWEST = -0.2  # r* that is drawn, unless a lower one was measured
LEVELS = (-8.0, -4.0, -2.0, -1.0, -0.4, 0.4, 0.8)  # of r_opt, that lines are drawn for


def figures(asked: Asked) -> "Iterator[tuple[str, Figure]]":
    """Draw each loss with several smooth rates under symmetric noise."""
    for group, cells, policy in asked.with_policy(swept_rates(asked.table)):
        if np.isfinite(mixing(cells, np.zeros(1))).all():
            yield group, regions(cells, policy, group)


@styled
def regions(table: pd.DataFrame, policy: str, group: str = "") -> "Figure":
    """Draw the regions of (noise rate, r*) where r_opt is positive and where it is negative, and what a sweep found.

    r* is the best smooth rate on clean labels; `r_opt = (r* - rho) / (1 - rho)` changes its sign at
    `rho = r*` (Wei et al., ICML 2022, arXiv 2106.04149, Figure 2). The sweep's best rates stand at the r* that it found
    on clean labels, or where it has none at 0.

    Parameters
    ----------
    table
        Cells of one loss with several smooth rates under symmetric noise.
    policy
        As in `pivot`.
    group
        What tells the cells from others.
    """
    grids = pivot_rates(table, policy)
    figure, grid = new_figure(5.6, 4.6)
    axes, clean, measured = grid[0, 0], 0.0, "0, for want of clean labels"
    if 0.0 in grids.mean and grids.mean[0.0].notna().any():
        column = int(np.flatnonzero(grids.mean.columns == 0)[0])
        clean, near = _best_rate(grids, column), grids.rates.iloc[near_the_best(grids, column)]
        axes.plot([0, 0], [near.min(), near.max()], color=BLACK, alpha=0.5, linewidth=8, zorder=3)
        measured = f"{signed(f'{clean:g}')}, the best on clean labels (grey bar: within one std of it)"
    _draw_theory(axes, table, min(LOWEST, clean - 0.2))
    _draw_measured(axes, grids, clean)
    axes.set(xlabel=r"noise rate $\varepsilon$", ylabel="best smooth rate on clean labels, $r^*$")
    notes = [r"lines: $r_{opt} = (r^*-\rho)/(1-\rho)$", f"points: best rate measured, drawn at $r^*$ = {measured}"]
    headline = "Positive or negative smoothing: theory and best rates measured"
    entitle(figure, headline, f"{describe_cells(table, group)}\n{tell_policy(policy, table)}", notes)
    return figure


def _draw_theory(axes: "Axes", table: pd.DataFrame, lowest: float) -> None:
    limit = float(1 / mixing(table, np.ones(1))[0])  # from this noise rate on labels say nothing
    ends = np.array([0, limit])
    axes.fill_between(ends, [0, 1], 1, color=POSITIVE, linewidth=0)
    axes.fill_between(ends, [0, 1], lowest, color=NEGATIVE, linewidth=0)
    for level in LEVELS:  # r_opt = level where r* = level + rho (1 - level), which is a straight line to (limit, 1)
        axes.plot(ends, [level, 1], color=LINE, linewidth=0.7)
        height = max(level, lowest) + 0.06
        place = (limit * (height - level) / (1 - level), height)
        behind = {"facecolor": POSITIVE if level > 0 else NEGATIVE, "edgecolor": "none", "pad": 0.5}
        axes.text(*place, signed(f"{level:g}"), size=7, ha="center", va="center", color=LINE, bbox=behind)
    axes.plot(ends, [0, 1], color=BLACK)
    slope = {"rotation": np.degrees(np.arctan2(1, limit)), "transform_rotates_text": True, "rotation_mode": "anchor"}
    axes.text(0.45 * limit, 0.465, "$r_{opt} = 0$: plain CE", ha="center", va="bottom", **slope)
    for x, y, words, color in (
        (0.3, 0.78, "positive smoothing", POSITIVE),
        (0.6, 0.25, "negative smoothing", NEGATIVE),
    ):
        behind = {"facecolor": color, "edgecolor": "none", "pad": 1}
        axes.text(x * limit, y, words, weight="bold", ha="center", va="center", bbox=behind)
    axes.set(xlim=(0, limit), ylim=(lowest, 1))


def _draw_measured(axes: "Axes", grids: PivotTable, clean: float) -> None:
    """Mark the best rate of each noise rate."""
    noise_rates = grids.mean.columns.to_numpy(dtype=np.float64)
    behind = {"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 1}
    for column in np.flatnonzero(grids.mean.notna().any()).tolist():
        noise_rate, rate = noise_rates[column], _best_rate(grids, column)
        marker = "o" if rate == 0 else "^" if rate > 0 else "v"
        style: dict[str, Any] = {"color": BLACK, "markersize": 8, "markeredgecolor": "white", "clip_on": False}
        axes.plot(noise_rate, clean, marker, zorder=4, **style)
        words, place = f"$r$ = {signed(f'{rate:g}')}", (noise_rate, clean)
        axes.annotate(words, place, (8, 7), textcoords="offset points", zorder=5, bbox=behind)


def _best_rate(grids: PivotTable, column: int) -> float:
    return float(grids.rates.iloc[from_the_best(grids, column)[0]])
