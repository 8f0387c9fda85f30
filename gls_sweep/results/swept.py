"""What the seeds of each noise reached at every smooth rate that was swept, and with `auto`."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from gls_sweep.results.groups import (
    AVERAGED,
    ESTIMATOR,
    NOISE_RATE,
    ONE_LOSS,
    RATE,
    SEEDS,
    column_of,
    has_rate,
    is_auto,
    split_groups,
    telling_keys,
)

ALWAYS = ("dataset.name", "noise.name", NOISE_RATE)
SEED = "_seed"  # numbers the combinations of SEEDS: results are paired by it
Keys = dict[str, Any]


@dataclass(frozen=True)
class Swept:
    """Cells that differ in smooth rate and seed alone.

    Attributes
    ----------
    keys
        What they have in common: data set, noise and its rate, and whatever else varies in the table.
    cells
        Those with a number as smooth rate.
    auto
        Those whose smooth rate is estimated, by `loss.estimator`; None is the framework's choice.
    """

    keys: Keys
    cells: pd.DataFrame
    auto: dict[str | None, pd.DataFrame]

    def at(self, policy: str, metric: str = "test_accuracy") -> pd.DataFrame:
        """Give a metric of finished cells, one row a seed and one column a smooth rate, those nearest to 0 first."""
        values = _finished(self.cells, f"{policy}.{metric}")
        grid = values.groupby([self.cells[SEED], self.cells[RATE]]).mean().unstack()
        rates = pd.Series(grid.columns, dtype="float64")
        return grid[rates.sort_values(key=abs, kind="stable").tolist()]

    def auto_at(self, estimator: str | None, policy: str, metric: str = "test_accuracy") -> "pd.Series[float]":
        """Give a metric of finished `auto` cells by seed."""
        cells = self.auto[estimator]
        return _finished(cells, f"{policy}.{metric}").groupby(cells[SEED]).mean()


def swept_rates(table: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Give the cells of each loss, and of whatever else varies, with two smooth rates or more, and what tells them."""
    for group, cells in split_groups(table[has_rate(table)], ONE_LOSS):
        if column_of(cells, RATE).nunique() > 1:
            yield group, cells


def sweeps(table: pd.DataFrame) -> Iterator[Swept]:
    """Give the cells of each noise, and of whatever else varies, that have at least two smooth rates to choose from."""
    rated = table[has_rate(table)]
    rated = rated.assign(**{SEED: rated.groupby([key for key in SEEDS if key in rated], dropna=False).ngroup()})
    keys = telling_keys(rated, {*ONE_LOSS, *AVERAGED, SEED}, [key for key in ALWAYS if key in rated])
    for values, group in rated.groupby(keys, dropna=False):
        auto = is_auto(group)
        if group.loc[~auto, RATE].nunique() > 1:
            yield Swept(dict(zip(keys, values, strict=True)), group[~auto], _by_estimator(group[auto]))


def best_rate(values: pd.DataFrame) -> float | None:
    """Choose the smooth rate with the best mean over seeds; of equal ones the nearest to 0. None without any value.

    Only rates at which the most seeds finished can be chosen: where some diverged the mean is over other seeds.

    Parameters
    ----------
    values
        One row a seed, one column a smooth rate, as from `Swept.at`.
    """
    counts = values.count()
    whole = values.loc[:, (counts > 0) & (counts == counts.max())]
    return None if whole.empty else float(whole.columns[int(whole.mean().argmax())])


def at_chosen(values: pd.DataFrame, scores: pd.DataFrame) -> "pd.Series[float]":
    """Give each seed's value at the smooth rate with its best score, of equal ones the first; none without a score."""
    chosen = scores.dropna(how="all").idxmax(axis=1)
    return pd.Series({seed: values.at[seed, rate] for seed, rate in chosen.items()}, dtype="float64")


def mean_and_error(values: "pd.Series[float]") -> tuple[float, float]:
    """Give the mean and its standard error, NaN for fewer than two values; missing values do not count."""
    values = values.dropna()
    return float(values.mean()), float(values.std(ddof=1)) / math.sqrt(max(len(values), 1))


def _finished(cells: pd.DataFrame, column: str) -> "pd.Series[Any]":
    return column_of(cells, column).where(cells["status"] == "finished")


def _by_estimator(auto: pd.DataFrame) -> dict[str | None, pd.DataFrame]:
    groups = auto.groupby(column_of(auto, ESTIMATOR), dropna=False)
    return {None if pd.isna(name) or groups.ngroups == 1 else str(name): cells for name, cells in groups}
