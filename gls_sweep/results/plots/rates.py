"""Smooth rates in a figure: which are the best of those swept, and where others lie among them."""

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from gls_sweep.results.groups import RATE, column_of
from gls_sweep.results.pivot import PivotTable, pivot
from gls_sweep.results.plots.style import Floats


def pivot_rates(table: pd.DataFrame, policy: str) -> PivotTable:
    """Pivot the cells whose smooth rate is a number, without the means that miss seeds.

    Where some diverged the mean is over other seeds than its neighbours', so that it is not to be called the best.
    """
    grids = pivot(table[column_of(table, RATE).notna()], policy)
    return replace(grids, mean=grids.mean.where(grids.n == grids.n.max()))


def from_the_best(grids: PivotTable, column: int) -> npt.NDArray[np.intp]:
    """Give the rows of a column from the best mean down, of equal ones the nearest to 0 first; none without a mean."""
    mean = grids.mean.iloc[:, column].to_numpy()
    order: npt.NDArray[np.intp] = np.lexsort((grids.rates.abs().to_numpy(), -mean))
    return order[: np.isfinite(mean).sum()]


def near_the_best(grids: PivotTable, column: int) -> npt.NDArray[np.intp]:
    """Give the rows of a column, which has means, that are within one standard deviation of the best."""
    mean, best = grids.mean.iloc[:, column].to_numpy(), from_the_best(grids, column)[0]
    return np.flatnonzero(mean >= mean[best] - np.nan_to_num(grids.std.iloc[best, column]))


def interpolate(rates: Floats, swept: npt.NDArray[np.floating[Any]]) -> Floats:
    """Say where rates lie among those swept, in places from 0; NaN beyond them.

    Parameters
    ----------
    rates
        To be placed.
    swept
        Smooth rates in strictly descending order.
    """
    return np.asarray(np.interp(rates, swept[::-1], np.arange(len(swept))[::-1], left=np.nan, right=np.nan))
