"""Pivots of a table: mean, standard deviation and counts over seeds for each smooth rate and noise rate."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gls_sweep.errors import UserError
from gls_sweep.results.groups import show
from gls_sweep.results.rows import POLICIES


@dataclass(frozen=True)
class PivotTable:
    """Statistics over the cells of each entry, all frames of the same shape.

    Rows are sorted descending, columns ascending, a missing key (CE has no smooth rate) last.

    Attributes
    ----------
    mean, std
        Over finished cells, in the metric's own unit; std with ddof=1, NaN for fewer than two cells.
    n
        Number of finished cells in the mean.
    diverged, failed
        Number of cells that diverged or failed; they are not in the mean, even where they have finite epochs.
    row_labels, column_labels
        The keys as text; where a key is missing, the name of the loss or noise that lacks it.
    """

    mean: pd.DataFrame
    std: pd.DataFrame
    n: pd.DataFrame
    diverged: pd.DataFrame
    failed: pd.DataFrame
    row_labels: list[str]
    column_labels: list[str]

    def entry(self, i: int, j: int) -> tuple[str, str]:
        """Put entry (i, j) of a pivot of accuracies into words.

        Returns
        -------
        number
            Such as `93.1±0.4`, in percent, `93.1` for a single cell, empty where nothing finished.
        lost
            Such as `(2 div)` beside a number, `div` where none finished, else empty.
        """
        mean, std = (100 * float(frame.to_numpy()[i, j]) for frame in (self.mean, self.std))
        counts = {"div": int(self.diverged.to_numpy()[i, j]), "fail": int(self.failed.to_numpy()[i, j])}
        if math.isnan(mean):
            return "", "/".join(word for word, count in counts.items() if count)
        number = f"{mean:4.1f}" if math.isnan(std) else f"{mean:4.1f}±{std:.1f}"
        lost = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
        return number, f"({lost})" if lost else ""


def pivot(
    table: pd.DataFrame,
    policy: str,
    metric: str = "test_accuracy",
    rows: str = "loss.smooth_rate",
    columns: str = "noise.rate",
) -> PivotTable:
    """Summarise one metric under one policy for every pair of two keys.

    Averages over everything else that varies, so call it on the groups of `split_groups`.

    Parameters
    ----------
    table
        As from `load_table`.
    policy
        `last`, `best`, `val`, `last5`, or one of them over all phases: `whole_run.val`, ...
    metric
        Any of the policy's metrics.
    rows, columns
        Configuration keys; one that the table lacks counts as missing in every cell.

    Raises
    ------
    UserError
        If the table has no such policy or metric.
    """
    if not has_policy(table, policy, metric):
        available = ", ".join(name for name in POLICIES if has_policy(table, name))
        raise UserError(f"policy={policy}: no {policy}.{metric} in this table; policies it has: {available or 'none'}")
    finished = table["status"] == "finished"
    cells = pd.DataFrame(
        {
            "row": column_of(table, rows),
            "column": column_of(table, columns),
            "value": column_of(table, f"{policy}.{metric}").where(finished),
            "diverged": table["status"] == "diverged",
            "failed": table["status"] == "failed",
        }
    )
    by_entry = cells.groupby(["row", "column"], dropna=False)
    values = by_entry["value"]
    mean = _grid(values.mean(), rows, columns)
    return PivotTable(
        mean=mean,
        std=_grid(values.std(ddof=1), rows, columns),
        n=_counts(values.count(), rows, columns),
        diverged=_counts(by_entry["diverged"].sum(), rows, columns),
        failed=_counts(by_entry["failed"].sum(), rows, columns),
        row_labels=_labels(mean.index, table, rows),
        column_labels=_labels(mean.columns, table, columns),
    )


def has_policy(table: pd.DataFrame, policy: str, metric: str = "test_accuracy") -> bool:
    """Tell whether finished cells have the policy's metric; true where none finished, since then none could have."""
    finished = table[table["status"] == "finished"]
    return finished.empty or bool(column_of(finished, f"{policy}.{metric}").notna().any())


def best_two(mean: pd.DataFrame) -> pd.DataFrame:
    """Mark the best two rows of each column, as the paper does; ties with the second are marked too.

    A column of fewer than three numbers gets no mark, there is nothing to choose.

    Parameters
    ----------
    mean
        Means of a metric for which more is better; NaN is never marked.

    Returns
    -------
    DataFrame of bool
    """
    return (mean.rank(ascending=False, method="min") <= 2) & (mean.count() > 2)


def ce_reference(table: pd.DataFrame, columns: str = "noise.rate") -> PivotTable | None:
    """Cross entropy alone at its `val` epoch of the whole run, warm-up included: one row; None where no cell has it.

    Takes the cells with loss `ce`, or `gls` at smooth rate 0 with `wa` 0 and `wb` 1, which is the same loss; those
    with a phase of another loss do not count.
    """
    plain = (column_of(table, "loss.smooth_rate") == 0) & (column_of(table, "loss.wa") == 0)
    plain &= (column_of(table, "loss.wb") == 1) & (table["loss.name"] == "gls")
    other = pd.Series(False, index=table.index)
    for column in table.columns[table.columns.str.fullmatch(r"schedule\.phases\..*\.loss\.name")]:
        other |= table[column].notna() & (table[column] != "ce")
    cells = table[(plain | (table["loss.name"] == "ce")) & ~other]
    if not (cells["status"] == "finished").any() or not has_policy(cells, "whole_run.val"):
        return None
    return pivot(cells.assign(reference="CE"), "whole_run.val", rows="reference", columns=columns)


def column_of(table: pd.DataFrame, name: str) -> pd.Series:
    """Take a column of the table, all missing if it has none of that name."""
    return table[name] if name in table else pd.Series(np.nan, index=table.index)


def _grid(values: pd.Series, rows: str, columns: str) -> pd.DataFrame:
    grid = values.unstack("column").sort_index(axis=1)
    return grid.sort_index(ascending=False, na_position="last").rename_axis(index=rows, columns=columns)


def _counts(values: pd.Series, rows: str, columns: str) -> pd.DataFrame:
    return _grid(values, rows, columns).fillna(0).astype("int64")


def _labels(keys: pd.Index, table: pd.DataFrame, key: str) -> list[str]:
    names = column_of(table, f"{key.split('.')[0]}.name")[column_of(table, key).isna()].unique()
    return ["/".join(map(show, names)) if pd.isna(value) else show(value) for value in keys]
