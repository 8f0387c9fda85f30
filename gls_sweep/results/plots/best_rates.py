"""The best two smooth rates over the noise rate, as in the GLS paper's Figure 1."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gls_sweep.results.pivot import PivotTable
from gls_sweep.results.plots.asked import Asked
from gls_sweep.results.plots.rates import from_the_best, interpolate, near_the_best, pivot_rates
from gls_sweep.results.plots.style import BLUE, VERMILION, entitle, new_figure, plain, styled
from gls_sweep.results.plots.words import describe_cells, name_rows, noise_axis, tell_policy
from gls_sweep.results.swept import swept_rates
from gls_sweep.results.theory import optimal_rates, optimum_in_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NOTES = (
    "of the rates that lost no seed",
    "filled: best, with its accuracy in %",
    "hollow: second",
    "bar: within one std of the best",
)


def figures(asked: Asked) -> "Iterator[tuple[str, Figure]]":
    """Draw each loss with three smooth rates or more and two noise rates or more."""
    for group, cells, policy in asked.with_policy(swept_rates(asked.table)):
        grids = pivot_rates(cells, policy)
        if (grids.mean.count() > 2).sum() > 1:
            yield group, best_rates(cells, grids, policy, group)


@styled
def best_rates(table: pd.DataFrame, grids: PivotTable, policy: str, group: str = "") -> "Figure":
    """Draw for each noise rate the best smooth rate, the second, and which are hardly worse.

    Wei et al., ICML 2022 (arXiv 2106.04149), Figure 1; under symmetric noise the line is `optimal_rates`.

    Parameters
    ----------
    table
        Cells of one loss with several smooth rates and noise rates.
    grids
        Their `pivot_rates`.
    policy
        That of the pivot.
    group
        What tells the cells from others.
    """
    height, width = grids.mean.shape
    figure, grid = new_figure(max(4.6, 2.2 + 0.8 * width), max(3.6, 1.7 + 0.21 * height))
    axes = grid[0, 0]
    for column in np.flatnonzero(grids.mean.notna().any()).tolist():
        _draw_best(axes, grids, column)
    line = _draw_optimum(axes, grids, table)
    axes.set_xticks(range(width), map(plain, grids.column_labels))
    axes.set_yticks(range(height), name_rows(grids))
    axes.set(xlim=(-0.5, width - 0.4), ylim=(height - 0.5, -0.5), xlabel=noise_axis(grids.mean.columns))
    axes.set_ylabel("smooth rate $r$ (evenly spaced)")
    axes.grid(axis="y")
    notes = [*NOTES, f"line: theory, {optimum_in_words(table)}"] if line else NOTES
    context = f"{describe_cells(table, group)}\n{tell_policy(policy, table)}"
    entitle(figure, "The best two smooth rates for each noise rate", context, notes)
    return figure


def _draw_best(axes: "Axes", grids: PivotTable, column: int) -> None:
    best, *others = from_the_best(grids, column)
    near = near_the_best(grids, column)
    axes.vlines([column] * len(near), near - 0.5, near + 0.5, color=BLUE, alpha=0.2, linewidth=9)
    axes.scatter(column, best, s=42, color=BLUE, zorder=3)
    axes.scatter([column] * len(others[:1]), others[:1], s=38, facecolors="white", edgecolors=BLUE, zorder=3)
    behind = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1}
    words, place = f"{100 * grids.mean.iloc[best, column]:.1f}", (column, best)
    axes.annotate(words, place, (8, 0), textcoords="offset points", va="center", zorder=4, bbox=behind)


def _draw_optimum(axes: "Axes", grids: PivotTable, table: pd.DataFrame) -> bool:
    rates = grids.rates.to_numpy(dtype=np.float64)
    x = np.linspace(0, grids.mean.shape[1] - 1, 201)
    noise = np.interp(x, np.arange(grids.mean.shape[1]), grids.mean.columns.to_numpy(dtype=np.float64))
    places = interpolate(optimal_rates(table, noise), rates)
    axes.plot(x, places, color=VERMILION, linewidth=1.4, zorder=2)
    return bool(np.isfinite(places).any())
