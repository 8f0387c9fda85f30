"""Pivots of a table: mean, standard deviation and counts over seeds, loss by noise rate or other keys."""

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from gls_sweep.errors import UserError, did_you_mean
from gls_sweep.results.groups import NOISE_RATE, RATE, SEEDS, column_of, show
from gls_sweep.results.losses import loss_rows
from gls_sweep.results.lost import WORDS, lost_in_words
from gls_sweep.results.metrics import ACCURACY, direction, scale
from gls_sweep.results.rows import POLICIES

MEASURED = tuple(f"{policy}.{split}_" for policy in POLICIES for split in ("train", "val", "test"))


@dataclass(frozen=True)
class PivotTable:
    """Statistics over the cells of each entry, all frames of the same shape.

    Rows are the labels of `loss_rows`, or of `key_labels`, in their order; columns are sorted ascending, a missing key
    (noise without a rate) last.

    Attributes
    ----------
    mean, std
        Over finished cells, in the metric's own unit; std with ddof=1, NaN for fewer than two cells.
    n
        Number of finished cells in the mean.
    diverged, failed
        Number of cells that diverged or failed; they are not in the mean, even where they have finite epochs.
    rates
        The smooth rate of each row, float64; NaN where it is estimated or there is none.
    column_labels
        The columns' keys as text; where a noise rate is missing, the name of the noise that lacks it.
    metric
        What is summarised.
    """

    mean: pd.DataFrame
    std: pd.DataFrame
    n: pd.DataFrame
    diverged: pd.DataFrame
    failed: pd.DataFrame
    rates: "pd.Series[float]"
    column_labels: list[str]
    metric: str = ACCURACY

    def entry(self, i: int, j: int) -> tuple[str, str]:
        """Put entry (i, j) into words.

        Returns
        -------
        number
            Such as `93.1±0.4`, in the unit of `metrics.scale`, `93.1` for a single cell, empty where nothing finished.
        lost
            Such as `(2 div)` beside a number, `div` where none finished, else empty.
        """
        factor, digits = scale(self.metric)
        mean, std = (factor * float(frame.to_numpy()[i, j]) for frame in (self.mean, self.std))
        diverged, failed = (int(frame.to_numpy()[i, j]) for frame in (self.diverged, self.failed))
        if math.isnan(mean):
            lost = {"diverged": diverged, "failed": failed}
            return "", "/".join(WORDS[status] for status, count in lost.items() if count)
        number = f"{mean:4.{digits}f}" if math.isnan(std) else f"{mean:4.{digits}f}±{std:.{digits}f}"
        return number, lost_in_words(diverged, failed)


def pivot(
    table: pd.DataFrame,
    policy: str,
    metric: str = ACCURACY,
    rows: "pd.Series[Any] | None" = None,
    columns: "pd.Series[Any] | None" = None,
) -> PivotTable:
    """Summarise one metric under one policy for every loss and noise rate.

    Averages over everything else that varies, so call it on the groups of `split_groups`.

    Parameters
    ----------
    table
        As from `load_table`.
    policy
        `last`, `best`, `val`, `last5`, or one of them over all phases: `whole_run.val`, ...
    metric
        Any of the policy's metrics.
    rows
        What row each cell is in, say by `groups.key_labels`; that of its loss, by `loss_rows`, when None.
    columns
        What column each cell is in; its noise rate when None.

    Raises
    ------
    UserError
        If the table has no such policy or metric.
    """
    require_policy(table, policy, metric)
    finished = table["status"] == "finished"
    rows = loss_rows(table) if rows is None else rows
    columns = column_of(table, NOISE_RATE).rename(NOISE_RATE) if columns is None else columns
    cells = pd.DataFrame(
        {
            "row": rows,
            "column": columns,
            "value": column_of(table, f"{policy}.{metric}").where(finished),
            "diverged": table["status"] == "diverged",
            "failed": table["status"] == "failed",
        }
    )
    by_entry = cells.groupby(["row", "column"], dropna=False, observed=True)
    values, names = by_entry["value"], (str(rows.name), str(columns.name))
    mean = _grid(values.mean(), names)
    return PivotTable(
        mean=mean,
        std=_grid(values.std(ddof=1), names),
        n=_counts(values.count(), names),
        diverged=_counts(by_entry["diverged"].sum(), names),
        failed=_counts(by_entry["failed"].sum(), names),
        rates=column_of(table, RATE).groupby(rows, observed=True).first().set_axis(mean.index).astype("float64"),
        column_labels=noise_labels(mean.columns, table) if columns.name == NOISE_RATE else list(map(show, mean)),
        metric=metric,
    )


def require_policy(table: pd.DataFrame, policy: str, metric: str = ACCURACY) -> None:
    """Raise a `UserError` unless the table has the policy's metric."""
    if has_policy(table, policy, metric):
        return
    if available := [name for name in POLICIES if has_policy(table, name, metric)]:
        raise UserError(f"policy={policy}: no {policy}.{metric} in this table; policies it has: {', '.join(available)}")
    known = sorted({name.partition(".")[2] for name in map(str, table) if name.startswith(MEASURED)})
    meant = did_you_mean(metric, known)
    raise UserError(f"metric={metric}: not in this table{meant}; it has {', '.join(known) or 'none'}")


def has_policy(table: pd.DataFrame, policy: str, metric: str = ACCURACY) -> bool:
    """Tell whether finished cells have the policy's metric; true where none finished, since then none could have."""
    finished = table["status"] == "finished"
    return not finished.any() or bool(column_of(table, f"{policy}.{metric}")[finished].notna().any())


def best_two(mean: pd.DataFrame, metric: str = ACCURACY) -> pd.DataFrame:
    """Mark the best two rows of each column, as the paper does; ties with the second are marked too.

    A column of fewer than three numbers gets no mark, there is nothing to choose; nor does a metric of which neither
    more nor less is better.

    Parameters
    ----------
    mean
        Means of the metric; NaN is never marked.
    metric
        What they are means of.

    Returns
    -------
    DataFrame of bool
    """
    sign = direction(metric)
    return ((sign * mean).rank(ascending=False, method="min") <= 2) & (mean.count() > 2) & (sign != 0)


def ce_reference(
    table: pd.DataFrame, metric: str = ACCURACY, columns: "pd.Series[Any] | None" = None
) -> PivotTable | None:
    """Cross entropy alone at its `val` epoch of the whole run, warm-up included: one row; None where no cell has it."""
    columns = column_of(table, NOISE_RATE).rename(NOISE_RATE) if columns is None else columns
    cells = ce_cells(table, metric, columns)
    if cells.empty:
        return None
    rows = pd.Series("CE", index=cells.index, name="reference")
    return pivot(cells, "whole_run.val", metric, rows, columns[cells.index])


def ce_cells(table: pd.DataFrame, metric: str, columns: "pd.Series[Any]") -> pd.DataFrame:
    """Take the cells that are cross entropy alone, one a column, seed and fold; none unless one has a `val` epoch.

    Those with loss `ce`, or where a seed has none those with `gls` at smooth rate 0 with `wa` 0 and `wb` 1, which is
    the same loss; those with a phase of another loss do not count.
    """
    plain = (column_of(table, RATE) == 0) & (column_of(table, "loss.wa") == 0)
    plain &= (column_of(table, "loss.wb") == 1) & (table["loss.name"] == "gls")
    other = pd.Series(False, index=table.index)
    for column in table.columns[table.columns.str.fullmatch(r"schedule\.phases\..*\.loss\.name")]:
        other |= table[column].notna() & (table[column] != "ce")
    cells = table[(plain | (table["loss.name"] == "ce")) & ~other]
    if not (cells["status"] == "finished").any() or not has_policy(cells, "whole_run.val", metric):
        return cells.iloc[:0]
    cells = cells.sort_values("loss.name", key=lambda names: names != "ce", kind="stable")
    same = [key for key in (*SEEDS, "dataset.fold") if key in cells]
    return cells[~cells[same].assign(column=columns[cells.index]).duplicated()]


def noise_labels(rates: pd.Index, table: pd.DataFrame) -> list[str]:
    """Write noise rates; a missing one is the name of the noise that lacks it."""
    names = column_of(table, "noise.name")[column_of(table, NOISE_RATE).isna()].unique()
    return ["/".join(map(show, names)) if pd.isna(rate) else show(rate) for rate in rates]


def _grid(values: pd.Series, names: tuple[str, str]) -> pd.DataFrame:
    grid: pd.DataFrame = values.unstack("column").sort_index(axis=1).sort_index()
    if isinstance(grid.columns, pd.CategoricalIndex):
        grid.columns = grid.columns.astype("str")
    return grid.set_axis(grid.index.astype("str")).rename_axis(index=names[0], columns=names[1])


def _counts(values: pd.Series, names: tuple[str, str]) -> pd.DataFrame:
    return _grid(values, names).fillna(0).astype("int64")
