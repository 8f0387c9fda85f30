"""The heat map: smooth rate or loss by noise rate."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from gls_sweep.results.groups import NOISE_RATE, RATE, column_of, split_groups
from gls_sweep.results.losses import loss_rows
from gls_sweep.results.pivot import PivotTable, best_two, pivot
from gls_sweep.results.plots.asked import Asked
from gls_sweep.results.plots.rates import interpolate
from gls_sweep.results.plots.style import VERMILION, Floats, entitle, new_figure, plain, styled
from gls_sweep.results.plots.words import accuracy_words, describe_cells, name_rows, noise_axis, sentence, tell_policy
from gls_sweep.results.shades import COLOURS, ink_on, span_of
from gls_sweep.results.theory import optimal_rates, optimum_in_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def figures(asked: Asked) -> "Iterator[tuple[str, Figure]]":
    """Draw each group of `split_groups` that has more than one entry."""
    for group, cells, policy in asked.with_policy(split_groups(asked.table)):
        if loss_rows(cells).nunique() * column_of(cells, NOISE_RATE).nunique(dropna=False) > 1:
            yield group, heat_map(cells, policy, group)


@styled
def heat_map(table: pd.DataFrame, policy: str, group: str = "") -> "Figure":
    """Draw the mean test accuracy (in %) of each smooth rate, or loss, and noise rate.

    The colour is the distance to the noise rate's best in points; the best two are bold. Under symmetric noise a line
    shows `optimal_rates`, where they lie within the smooth rates swept.

    Parameters
    ----------
    table
        Cells of one group of `split_groups`.
    policy
        As in `pivot`.
    group
        What tells the group from others.
    """
    grids = pivot(table, policy)
    height, width = grids.mean.shape
    longest = max(map(len, grids.mean.index))
    figure, grid = new_figure(max(5.4, 1.8 + 0.07 * longest + 1.05 * width), max(3.2, 1.5 + 0.27 * height))
    axes, rated = grid[0, 0], grids.mean.index.name == RATE
    best = best_two(grids.mean).to_numpy()
    _write_entries(axes, grids, _draw_colors(axes, grids), best)
    axes.set_xticks(range(width), map(plain, grids.column_labels))
    axes.set_yticks(range(height), name_rows(grids))
    axes.set(xlabel=noise_axis(grids.mean.columns), ylabel="smooth rate $r$" if rated else "loss")
    notes = ["bold: best two of a column"] if best.any() else []
    if _draw_optimum(axes, grids, table):
        notes.append(f"line: theory, {optimum_in_words(table)}")
    keys = ["smooth rate" if rated else "loss", *(["noise rate"] if width > 1 else [])]
    headline = f"{sentence(accuracy_words(table))}, by {' and '.join(keys)}"
    entitle(figure, headline, f"{describe_cells(table, group)}\n{tell_policy(policy, table)}", notes)
    return figure


def _draw_colors(axes: "Axes", grids: PivotTable) -> Floats:
    """Draw the entries' colours and what they mean; gives the colours [rows, columns, 4]."""
    points = 100 * (grids.mean - grids.mean.max()).to_numpy(dtype=np.float64)
    span = span_of(points)
    image = axes.imshow(points, cmap=COLOURS, vmin=-span, vmax=0, aspect="auto")
    axes.spines[:].set_visible(False)
    if len(points) > 1:
        extend, label = "min" if np.nanmin(points, initial=0) < -span else "neither", "points below the column's best"
        axes.figure.colorbar(image, ax=axes, label=label, extend=extend, pad=0.02, fraction=0.08)
    return np.asarray(image.to_rgba(points))


def _write_entries(axes: "Axes", grids: PivotTable, colors: Floats, best: npt.NDArray[np.bool_]) -> None:
    """Write the numbers, each on its entry's colour, so that no line runs through them."""
    for i, j in np.ndindex(*best.shape):
        number, lost = (part.strip() for part in grids.entry(i, j))
        if not number and not lost:
            continue
        weight, size = "bold" if best[i, j] else "normal", 6 if number and lost else 8
        behind: dict[str, Any] = {"facecolor": colors[i, j] if number else "white", "edgecolor": "none", "pad": 1}
        words: dict[str, Any] = {
            "ha": "center",
            "va": "center",
            "size": size,
            "weight": weight,
            "color": ink_on(colors[i, j, :3].tolist()) if number else "black",
            "in_layout": False,  # it lies within the axes
        }
        axes.text(j, i, f"{number} {lost}".strip(), bbox=behind, zorder=4, **words)


def _draw_optimum(axes: "Axes", grids: PivotTable, table: pd.DataFrame) -> bool:
    """Draw r_opt from column to column; tells whether there is one to draw."""
    rated = np.flatnonzero(grids.rates.notna())
    rates = grids.rates.to_numpy(dtype=np.float64)[rated]
    if len(rates) < 2 or (np.diff(rates) >= 0).any():  # several rows may share a rate
        return False
    columns = np.arange(grids.mean.shape[1])
    x = np.linspace(-0.5, columns[-1] + 0.5, 50 * len(columns) + 1)  # with the columns' own places
    noise = np.interp(x, columns, grids.mean.columns.to_numpy(dtype=np.float64))
    rows = interpolate(optimal_rates(table, noise), rates) + rated[0]
    if np.isnan(rows).all():
        return False
    axes.plot(x, rows, color="white", linewidth=3.5, zorder=2)
    axes.plot(x, rows, color=VERMILION, linewidth=1.8, zorder=3)
    return True
