"""Test accuracy and memorised wrong labels over the epochs."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gls_sweep.results.groups import NOISE_RATE, RATE, column_of, split_groups
from gls_sweep.results.histories import load_histories
from gls_sweep.results.losses import loss_rows
from gls_sweep.results.metrics import ACCURACY
from gls_sweep.results.pivot import PivotTable, pivot
from gls_sweep.results.plots.asked import Asked
from gls_sweep.results.plots.style import DASHES, NOTE, draw_band, entitle, label_ends, new_figure, styled
from gls_sweep.results.plots.telling import colors_of, telling_rows
from gls_sweep.results.plots.words import accuracy_words, describe_cells, name_noise, name_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CURVES = 5
PANELS = 6
MEMORISED = "train_flipped_given"


def figures(asked: Asked) -> "Iterator[tuple[str, Figure]]":
    """Draw each group of `split_groups` whose cells have histories."""
    for group, cells, policy in asked.with_policy(split_groups(asked.table)):
        grids = pivot(cells, policy)
        epochs = _epochs(asked, cells, grids)
        if len(epochs):
            yield group, training_curves(cells, epochs, grids, group)


@styled
def training_curves(cells: pd.DataFrame, epochs: pd.DataFrame, grids: PivotTable, group: str = "") -> "Figure":
    """Draw mean and std over seeds of the test accuracy and of the share of wrong training labels that are memorised.

    Parameters
    ----------
    cells
        Of one group of `split_groups`.
    epochs
        What they went through: `step`, counted over all phases, `phase`, the metrics of `load_histories`, and `row` and
        `column`, the places in `grids`.
    grids
        Their pivot.
    group
        What tells the cells from others.
    """
    rows, columns = sorted(set(epochs["row"])), sorted(set(epochs["column"]))
    names = name_rows(grids, "$r$ = {}")
    colors = colors_of(grids, rows)
    metrics = {ACCURACY: accuracy_words(cells)}
    metrics |= {MEMORISED: "wrong labels memorised in %"} if column_of(epochs, MEMORISED).notna().any() else {}
    width = 2.1 + 0.07 * max(len(names[row]) for row in rows)
    size = (max(5.2, 1.0 + width * len(columns)), 1.3 + 2.3 * len(metrics))
    figure, grid = new_figure(*size, len(metrics), len(columns), sharex=True, sharey="row")
    for (metric, label), line in zip(metrics.items(), grid, strict=True):
        line[0].set_ylabel(label)
        own = [epochs[epochs["column"] == column] for column in columns]
        ends = [_draw_panel(axes, part, metric, colors) for axes, part in zip(line, own, strict=True)]
        for axes, last in zip(line, ends, strict=True):  # the panels share their y limits, known only now
            label_ends(axes, list(last.values()), [names[row] for row in last], [colors[row] for row in last])
    for axes, column in zip(grid[0], columns, strict=True):
        axes.set_title(name_noise(grids.mean.columns, grids.column_labels)[column], loc="left")
    for axes in grid[-1]:
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.set_xlabel("epoch")
    headline = "Training: " + " and ".join(label.removesuffix(" in %") for label in metrics.values())
    entitle(figure, headline, describe_cells(cells, group), _notes(epochs, grids))
    return figure


def _epochs(asked: Asked, cells: pd.DataFrame, grids: PivotTable) -> pd.DataFrame:
    """Load what the cells of a few losses and noise rates went through."""
    rows = grids.mean.index.get_indexer(pd.Index(loss_rows(cells).astype("str")))
    columns = grids.mean.columns.get_indexer(pd.Index(column_of(cells, NOISE_RATE)))
    spread = np.linspace(0, grids.mean.shape[1] - 1, min(PANELS, grids.mean.shape[1])).round()
    kept = cells[["signature", "status"]].assign(row=rows, column=columns)
    kept = kept[kept["row"].isin(telling_rows(grids, CURVES)) & kept["column"].isin(spread)]
    kept = kept[kept["status"] == "finished"].drop(columns="status")
    by_folder = kept.groupby(asked.folders_of(cells))
    read = [load_histories(folder, own["signature"]) for folder, own in by_folder]
    if not any(ACCURACY in histories for histories in read):
        return pd.DataFrame()
    epochs = pd.concat(read).merge(kept, on="signature")
    return epochs.assign(step=epochs.groupby("signature").cumcount() + 1)


def _draw_panel(axes: "Axes", epochs: pd.DataFrame, metric: str, colors: Mapping[int, Any]) -> dict[int, float]:
    """Draw the curves of a noise rate; gives where each ends."""
    axes.grid(axis="y")
    ends = {}
    for (row, color), dashes in zip(colors.items(), DASHES, strict=False):
        steps = 100 * epochs[epochs["row"] == row].groupby("step")[metric].agg(["mean", "std"])
        steps = steps.dropna(subset="mean")
        if len(steps):
            axes.plot(steps.index, steps["mean"], color=color, linestyle=dashes)
            draw_band(axes, steps.index, steps["mean"], steps["std"].fillna(0), color)
            ends[row] = steps["mean"].tolist()[-1]
    if not ends:
        axes.text(0.5, 0.5, "no wrong labels", color=NOTE, ha="center", transform=axes.transAxes)
        return ends
    first = epochs.drop_duplicates(["signature", "phase"])["step"]
    for start in first[first > 1].unique():
        axes.axvline(start - 0.5, color=NOTE, linewidth=0.8, linestyle=":")
    return ends


def _notes(epochs: pd.DataFrame, grids: PivotTable) -> list[str]:
    several = epochs.groupby(["row", "column"])["signature"].nunique().max() > 1
    notes = ["mean and std over seeds"] if several else []
    notes += ["dotted: the next phase starts"] if epochs["phase"].nunique() > 1 else []
    shown, of = epochs["row"].nunique(), len(grids.mean)
    what = "smooth rates" if grids.mean.index.name == RATE else "losses"
    return notes + ([f"{shown} of {of} {what}"] if shown < of else [])
