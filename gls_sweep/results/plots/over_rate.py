"""Test accuracy over the smooth rate, a curve per noise rate."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gls_sweep.results.losses import loss_rows
from gls_sweep.results.pivot import PivotTable, ce_reference, pivot
from gls_sweep.results.plots.asked import Asked
from gls_sweep.results.plots.style import MARKERS, draw_band, entitle, label_ends, new_figure, sequence, styled
from gls_sweep.results.plots.words import accuracy_words, describe_cells, name_noise, name_rows, sentence, tell_policy
from gls_sweep.results.swept import swept_rates

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def figures(asked: Asked) -> "Iterator[tuple[str, Figure]]":
    """Draw each loss with swept smooth rates."""
    for group, cells in swept_rates(asked.table):
        if policies := asked.policies(cells):
            yield group, accuracy_over_rate(cells, policies, group)


@styled
def accuracy_over_rate(table: pd.DataFrame, policies: Sequence[str] = ("val", "best"), group: str = "") -> "Figure":
    """Draw the test accuracy (in %, mean and std over seeds) over the smooth rate: a panel per policy.

    The smooth rates are spaced evenly; `auto` stands to the right of them. Dashed lines are CE alone at
    its `val` epoch of the whole run; crosses at the bottom say where cells diverged.

    Parameters
    ----------
    table
        Cells of one loss: one group of `split_groups`, by `ONE_LOSS`.
    policies
        As in `pivot`; the table must have them.
    group
        What tells the group from others.
    """
    figure, grid = new_figure(0.6 + 4.6 * len(policies), 4.4, 1, len(policies), sharey=True)
    rows = loss_rows(table)
    pivots = [pivot(table, policy, rows=rows) for policy in policies]
    reference = ce_reference(table)
    for axes, policy, grids in zip(grid[0], policies, pivots, strict=True):
        axes.set_xticks(range(len(grids.mean)), name_rows(grids), rotation=45)
        axes.set_title(tell_policy(policy, table), loc="left")
        axes.set_xlim(-0.5, len(grids.mean) - 0.5)
        axes.set_xlabel("smooth rate $r$ (evenly spaced)")
        axes.grid(axis="y")
        _draw_curves(axes, grids, reference)
    grid[0, 0].set_ylabel(accuracy_words(table))
    for axes, grids in zip(grid[0], pivots, strict=True):  # the panels share their y limits, known only now
        names = name_noise(grids.mean.columns, grids.column_labels, r"$\varepsilon$ = {}")
        label_ends(axes, _ends(100 * grids.mean), names, sequence(len(names)))
    several = pivots[0].mean.shape[1] > 1
    headline = f"{sentence(accuracy_words(table))} over the smooth rate" + (
        ", a curve for each noise rate" if several else ""
    )
    entitle(figure, headline, describe_cells(table, group), _notes(pivots, reference))
    return figure


def _draw_curves(axes: "Axes", grids: PivotTable, reference: PivotTable | None) -> None:
    x, swept = np.arange(len(grids.mean)), grids.rates.notna().to_numpy()
    noise_rates = grids.mean.columns.to_numpy(dtype=np.float64)
    for j, color in enumerate(sequence(len(noise_rates))):
        mean, std = (100 * frame.iloc[:, j].to_numpy() for frame in (grids.mean, grids.std.fillna(0)))
        style: dict[str, Any] = {"color": color, "marker": MARKERS[j % len(MARKERS)]}
        draw_band(axes, x[swept], mean[swept], std[swept], color)
        axes.plot(x[swept], mean[swept], **style)
        if (~swept).any():
            axes.errorbar(x[~swept], mean[~swept], std[~swept], linestyle="none", capsize=2, **style)
        _draw_reference(axes, reference, noise_rates[j], color)
        lost = x[grids.diverged.iloc[:, j] > 0]
        bottom = np.full(len(lost), 0.02 + 0.03 * j)
        axes.scatter(lost, bottom, marker="x", s=18, color=color, transform=axes.get_xaxis_transform())


def _draw_reference(axes: "Axes", reference: PivotTable | None, noise_rate: float, color: Any) -> None:
    if reference is not None and noise_rate in reference.mean:
        level = 100 * float(reference.mean[noise_rate].to_numpy()[0])
        axes.axhline(level, color=color, linestyle="--", linewidth=0.9)


def _ends(mean: pd.DataFrame) -> list[float]:
    """Give the last number of each column."""
    return mean.ffill().iloc[-1].tolist()


def _notes(pivots: Sequence[PivotTable], reference: PivotTable | None) -> list[str]:
    notes = ["bands: std over seeds"] if any(grids.n.to_numpy().max() > 1 for grids in pivots) else []
    notes += ["dashed: CE alone at its val epoch of the whole run"] if reference is not None else []
    return notes + (["crosses: diverged cells"] if any(grids.diverged.any(axis=None) for grids in pivots) else [])
