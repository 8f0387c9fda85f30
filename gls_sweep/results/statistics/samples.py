"""What each seed reached with each loss or smooth rate, under one noise: the sample that statistics go by."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from gls_sweep.results.averaged import FOLD
from gls_sweep.results.groups import NOISE_RATE, RATE, SEEDS, column_of, split_groups
from gls_sweep.results.losses import NAME, loss_rows
from gls_sweep.results.metrics import ACCURACY
from gls_sweep.results.pivot import ce_cells, has_policy, noise_labels, require_policy

WHOLE_RUN = "whole_run.val"
MINUS = "\N{MINUS SIGN}"
UNITS = {FOLD: "fold", "noise.seed": "noise seed"}
"""What to call a row told apart by one of these keys alone; else it is a seed."""


@dataclass(frozen=True)
class Sample:
    """What finished cells of one group and one noise rate reached.

    Attributes
    ----------
    keys
        `group`, the title of `split_groups`; `noise.rate`; `noise`, that rate as text, or the noise's name; `policy`.
    values
        One row a seed (or fold), one column a row of the pivot, in its order; NaN where a cell is missing or lost.
    names
        Each column in words: `r = \N{MINUS SIGN}1`, `auto`, `gce`.
    rates
        The smooth rate of each column; NaN where it is estimated or there is none.
    unit
        What a row is, the mean over all else: a `seed`; a `fold` where there is only one seed; or, where seeds and
        noise seeds are crossed, a `seed` or a `noise seed`, of which there are fewer: cells that share one are not
        independent.
    is_crossed
        Whether they are crossed: there are more pairs of them than of either.
    reference
        The column that the others are compared with: the loss `ce`, else r = 0.
    ce_alone
        What CE alone reached at its `val` epoch of the whole run, as in `ce_reference`; NaN where it has none.
    """

    keys: dict[str, Any]
    values: pd.DataFrame
    names: dict[str, str]
    rates: "pd.Series[float]"
    unit: str
    is_crossed: bool
    reference: str | None
    ce_alone: "pd.Series[float]"

    @property
    def rows_are_rates(self) -> bool:
        """Whether the columns are the smooth rates of one loss, not several losses."""
        return self.values.columns.name == RATE


def samples(table: pd.DataFrame, policy: str | None, metric: str = ACCURACY) -> Iterator[Sample]:
    """Give the sample of each group of `split_groups` and each noise rate, groups without the policy left out.

    Without a policy that of `chosen_policy` is taken for each group.

    Raises
    ------
    UserError
        If the table has no such policy or metric.
    """
    require_policy(table, policy or chosen_policy(table, metric), metric)
    for title, group in split_groups(table):
        own = policy or chosen_policy(group, metric)
        if not has_policy(group, own, metric):
            continue
        rows, column = loss_rows(group).astype("category"), column_of(group, NOISE_RATE)
        alone = ce_cells(group, metric, column)
        for rate, cells in group.groupby(column, dropna=False):
            keys = {"group": title, NOISE_RATE: rate, "noise": noise_labels(pd.Index([rate]), cells)[0], "policy": own}
            yield _sample(keys, cells, rows[cells.index], alone.loc[alone.index.isin(cells.index)], metric)


def chosen_policy(table: pd.DataFrame, metric: str = ACCURACY) -> str:
    """Give `val`, or `best` where no labels were held out."""
    return "val" if has_policy(table, "val", metric) else "best"


def _sample(
    keys: dict[str, Any], cells: pd.DataFrame, rows: "pd.Series[Any]", alone: pd.DataFrame, metric: str
) -> Sample:
    seeds = [key for key in SEEDS if key in cells]
    units = _units(cells, seeds)
    parts = [_numbered(cells, units).rename("unit"), _numbered(cells, [key for key in (*seeds, FOLD) if key in cells])]
    reached = _finished(cells, f"{keys['policy']}.{metric}").groupby([*parts, rows], observed=True).mean()
    of_rows = reached.unstack().sort_index(axis=1)
    of_rows = of_rows.set_axis(of_rows.columns.astype("str").rename(str(rows.name)), axis=1)
    of_ce = _finished(alone, f"{WHOLE_RUN}.{metric}").groupby(parts).mean().reindex(of_rows.index)
    rates = column_of(cells, RATE).groupby(rows, observed=True).first().astype("float64")
    rates = rates.set_axis(rates.index.astype("str"))
    return Sample(
        keys,
        _means(of_rows),
        {row: _name(row, rates[row], rows.name == RATE) for row in map(str, of_rows)},
        rates,
        UNITS.get(" ".join(units), "seed"),
        units != [FOLD] and len(units) < len(seeds),
        _reference(cells, rows, rates),
        _means(of_ce.to_frame("ce"))["ce"],
    )


def _units(cells: pd.DataFrame, seeds: list[str]) -> list[str]:
    """Give the keys that tell units apart."""
    pairs, sizes = len(cells[seeds].drop_duplicates()) if seeds else 1, [cells[key].nunique() for key in seeds]
    if pairs <= 1 and column_of(cells, FOLD).nunique() > 1:
        return [FOLD]
    return [seeds[sizes.index(min(sizes))]] if pairs > max(sizes, default=1) else seeds


def _numbered(cells: pd.DataFrame, keys: list[str]) -> "pd.Series[int]":
    return cells.groupby(keys, dropna=False).ngroup() if keys else pd.Series(0, cells.index)


def _finished(cells: pd.DataFrame, column: str) -> "pd.Series[float]":
    return column_of(cells, column).where(cells["status"] == "finished").astype("float64")


def _means(reached: pd.DataFrame) -> pd.DataFrame:
    """Average over what is not the unit; one that lost a part has no mean: it would be over easier or harder parts."""
    whole = reached.notna().groupby(level="unit").all()
    return reached.groupby(level="unit").mean().where(whole)


def _name(row: str, rate: float, is_rate: bool) -> str:
    return f"r = {row.replace('-', MINUS)}" if is_rate and pd.notna(rate) else row


def _reference(cells: pd.DataFrame, rows: "pd.Series[Any]", rates: "pd.Series[float]") -> str | None:
    plain = list(map(str, rows[column_of(cells, NAME) == "ce"].unique()))
    at_zero = list(map(str, rates.index[rates == 0]))
    return next((found[0] for found in (plain, at_zero) if len(found) == 1), None)
