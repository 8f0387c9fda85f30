"""Test accuracy over the noise rate, a curve per loss or per smooth rate."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gls_sweep.results.groups import RATE, split_groups
from gls_sweep.results.pivot import PivotTable, pivot
from gls_sweep.results.plots.asked import Asked
from gls_sweep.results.plots.style import CATEGORIES, MARKERS, entitle, label_ends, new_figure, styled
from gls_sweep.results.plots.telling import colors_of, telling_rows
from gls_sweep.results.plots.words import accuracy_words, describe_cells, name_rows, sentence, tell_policy

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DODGE = 0.012  # of the axis's width, between lines whose bars would hide each other


def figures(asked: Asked) -> "Iterator[tuple[str, Figure]]":
    """Draw each group of `split_groups` with several noise rates and several losses or smooth rates."""
    for group, cells, policy in asked.with_policy(split_groups(asked.table)):
        grids = pivot(cells, policy)
        there = grids.mean.loc[:, grids.mean.columns.notna()].notna()
        if there.any().sum() > 1 and grids.mean.notna().any(axis=1).sum() > 1:
            yield group, accuracy_over_noise(cells, grids, policy, group)


@styled
def accuracy_over_noise(table: pd.DataFrame, grids: PivotTable, policy: str, group: str = "") -> "Figure":
    """Draw the test accuracy (in %, mean over seeds) over the noise rate: a line per loss or smooth rate.

    Those of `telling_rows` are in colour, with bars of one std over seeds, one beside the other; the others are grey.

    Parameters
    ----------
    table
        Cells of one group of `split_groups`.
    grids
        Their pivot.
    policy
        That of the pivot.
    group
        What tells the group from others.
    """
    figure, grid = new_figure(6.2, 4.6)
    axes = grid[0, 0]
    _draw_lines(axes, grids)
    axes.set(xlabel=r"noise rate $\varepsilon$", ylabel=accuracy_words(table))
    axes.grid(axis="y")
    what = "smooth rate" if grids.mean.index.name == RATE else "loss"
    headline = f"{sentence(accuracy_words(table))} over the noise rate, a line for each {what}"
    notes = ["bars: std over seeds"] if grids.n.to_numpy().max() > 1 else []
    notes += ["grey: the others"] if len(grids.mean) > len(CATEGORIES) else []
    entitle(figure, headline, f"{describe_cells(table, group)}\n{tell_policy(policy, table)}", notes)
    return figure


def _draw_lines(axes: "Axes", grids: PivotTable) -> None:
    known = grids.mean.columns.notna()
    noise = grids.mean.columns[known].to_numpy(dtype=np.float64)
    means, stds = (100 * frame.loc[:, known].to_numpy() for frame in (grids.mean, grids.std.fillna(0)))
    axes.plot(noise, means.T, color="0.8", linewidth=0.8, zorder=1)
    axes.set_xticks(noise, [label for label, there in zip(grids.column_labels, known, strict=True) if there])
    rows = telling_rows(grids, len(CATEGORIES))
    apart = iter(np.linspace(-1, 1, len(rows)) * DODGE * np.ptp(noise))
    colors = colors_of(grids, rows)
    for (row, color), marker in zip(colors.items(), MARKERS, strict=False):
        axes.errorbar(noise + next(apart), means[row], stds[row], color=color, marker=marker, elinewidth=0.9)
    names = name_rows(grids, "$r$ = {}")
    label_ends(axes, [means[row, -1] for row in rows], [names[row] for row in rows], list(colors.values()))
