"""The training curves of all cells, small: thinned, in per mille."""

from typing import Any

import numpy as np
import pandas as pd

from gls_sweep.results.report.limits import POINTS

TEST = "test_accuracy"
SERIES = {
    TEST: "test (true labels)",
    "val_accuracy": "held out (given labels)",
    "train_accuracy": "train (given labels)",
    "train_flipped_given": "wrong labels memorised",
}
"""The columns of a history that are drawn, all of them fractions, and what they are."""


def embed(histories: pd.DataFrame, labels_are_true: bool) -> dict[str, Any]:
    """Make what the page's script draws curves from.

    Parameters
    ----------
    histories
        As from `load_histories`, and the id of each cell's row in the column `row`.
    labels_are_true
        Whether the test labels are.

    Returns
    -------
    dict
        `series`: what is drawn. `shapes`: each sequence of phases, as names and last epochs (counted through), and the
        epochs drawn. `cells`: by row the number of its shape and its values in per mille, one list a series
        (empty where the cell has none of it).
    """
    shapes: dict[tuple[tuple[str, int], ...], int] = {}
    cells = {}
    names = SERIES if labels_are_true else SERIES | {TEST: "test (given labels)"}
    drawn = {name: label for name, label in names.items() if name in histories}
    values = 1000 * histories[list(drawn)].to_numpy(dtype=np.float64)
    phases = histories["phase"].to_numpy()
    for cell, rows in histories.groupby("row", sort=False).indices.items():
        shape = shapes.setdefault(_phases(phases[rows]), len(shapes))
        thinned = values[rows[_kept(len(rows))]]
        if not np.isnan(thinned).all():
            cells[str(cell)] = [shape, [_whole(thinned[:, i]) for i in range(len(drawn))]]
    told = [{"phases": shape, "epochs": (_kept(shape[-1][1]) + 1).tolist()} for shape in shapes]
    return {"series": list(drawn.values()), "shapes": told, "cells": cells}


def _phases(names: "np.ndarray[Any, Any]") -> tuple[tuple[str, int], ...]:
    """Give each phase and its last epoch, counted through."""
    ends = [*(np.flatnonzero(names[1:] != names[:-1]) + 1).tolist(), len(names)]
    return tuple((str(names[end - 1]), end) for end in ends)


def _kept(count: int) -> "np.ndarray[Any, np.dtype[np.int64]]":
    """Choose the epochs that are drawn, the first and the last among them."""
    return np.unique(np.linspace(0, count - 1, min(count, POINTS)).round().astype(np.int64))


def _whole(values: "np.ndarray[Any, np.dtype[np.float64]]") -> list[int | None]:
    """Round to whole numbers; missing ones become None, and no list is left where all are missing."""
    if np.isnan(values).all():
        return []
    return [None if value != value else int(value) for value in np.rint(values).tolist()]  # NaN is not itself
