"""The few rows of a pivot that tell most of it, for figures that cannot show all."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from gls_sweep.results.groups import RATE
from gls_sweep.results.pivot import PivotTable
from gls_sweep.results.plots.style import CATEGORIES, sequence


def telling_rows(grids: PivotTable, most: int) -> list[int]:
    """Choose rows of a pivot, in its order.

    Parameters
    ----------
    grids
        Accuracies; rows without any are never chosen.
    most
        How many, at least 1.

    Returns
    -------
    list of int
        With smooth rates: 0, the highest and the lowest, and those that are best for a noise rate, of high noise first.
        With losses: the first, which is CE if that is there, the best for a noise rate, then those of high mean.
    """
    there = np.flatnonzero(grids.mean.notna().any(axis=1))
    if not len(there):
        return []
    mean, rates = grids.mean.iloc[there], grids.rates.to_numpy()[there]
    best = list(np.nanargmax(mean.dropna(axis=1, how="all"), axis=0))[::-1]
    if grids.mean.index.name == RATE:
        first = [*np.flatnonzero(rates == 0), *np.flatnonzero(~np.isnan(rates))[[0, -1]]]
        chosen = [*first, *best]
    else:
        chosen = [0, *best, *np.argsort(-mean.mean(axis=1), kind="stable")]
    unique = list(dict.fromkeys(int(row) for row in chosen))[:most]
    return [int(there[row]) for row in sorted(unique)]


def colors_of(grids: PivotTable, rows: Sequence[int]) -> dict[int, Any]:
    """Give each of a few rows its colour: in order from dark to light where they are smooth rates, which have one."""
    rated = grids.mean.index.name == RATE
    return dict(zip(rows, sequence(len(rows)) if rated else CATEGORIES, strict=False))
