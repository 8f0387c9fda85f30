"""Pivots of a table: mean, standard deviation and counts over seeds for each loss and noise rate."""

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from gls_sweep.errors import UserError
from gls_sweep.results.groups import NOISE_RATE, RATE, SEEDS, column_of, show
from gls_sweep.results.losses import loss_rows
from gls_sweep.results.rows import POLICIES


@dataclass(frozen=True)
class PivotTable:
    """Statistics over the cells of each entry, all frames of the same shape.

    Rows are the labels of `loss_rows`, in its order; columns are sorted ascending, a missing key (noise without a rate)
    last.

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
        The columns' keys as text; where one is missing, the name of the noise that lacks it.
    """

    mean: pd.DataFrame
    std: pd.DataFrame
    n: pd.DataFrame
    diverged: pd.DataFrame
    failed: pd.DataFrame
    rates: "pd.Series[float]"
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
    table: pd.DataFrame, policy: str, metric: str = "test_accuracy", rows: "pd.Series[Any] | None" = None
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
        What row each cell is in; that of its loss, by `loss_rows`, when None.

    Raises
    ------
    UserError
        If the table has no such policy or metric.
    """
    if not has_policy(table, policy, metric):
        available = ", ".join(name for name in POLICIES if has_policy(table, name))
        raise UserError(f"policy={policy}: no {policy}.{metric} in this table; policies it has: {available or 'none'}")
    finished = table["status"] == "finished"
    rows = loss_rows(table) if rows is None else rows
    cells = pd.DataFrame(
        {
            "row": rows,
            "column": column_of(table, NOISE_RATE),
            "value": column_of(table, f"{policy}.{metric}").where(finished),
            "diverged": table["status"] == "diverged",
            "failed": table["status"] == "failed",
        }
    )
    by_entry = cells.groupby(["row", "column"], dropna=False, observed=True)
    values = by_entry["value"]
    mean = _grid(values.mean(), str(rows.name))
    return PivotTable(
        mean=mean,
        std=_grid(values.std(ddof=1), str(rows.name)),
        n=_counts(values.count(), str(rows.name)),
        diverged=_counts(by_entry["diverged"].sum(), str(rows.name)),
        failed=_counts(by_entry["failed"].sum(), str(rows.name)),
        rates=column_of(table, RATE).groupby(rows, observed=True).first().set_axis(mean.index).astype("float64"),
        column_labels=noise_labels(mean.columns, table),
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


def ce_reference(table: pd.DataFrame) -> PivotTable | None:
    """Cross entropy alone at its `val` epoch of the whole run, warm-up included: one row; None where no cell has it.

    Takes the cells with loss `ce`, or where a seed has none those with `gls` at smooth rate 0 with `wa` 0 and `wb` 1,
    which is the same loss; those with a phase of another loss do not count.
    """
    plain = (column_of(table, RATE) == 0) & (column_of(table, "loss.wa") == 0)
    plain &= (column_of(table, "loss.wb") == 1) & (table["loss.name"] == "gls")
    other = pd.Series(False, index=table.index)
    for column in table.columns[table.columns.str.fullmatch(r"schedule\.phases\..*\.loss\.name")]:
        other |= table[column].notna() & (table[column] != "ce")
    cells = table[(plain | (table["loss.name"] == "ce")) & ~other]
    if not (cells["status"] == "finished").any() or not has_policy(cells, "whole_run.val"):
        return None
    cells = cells.sort_values("loss.name", key=lambda names: names != "ce", kind="stable")
    cells = cells.drop_duplicates([key for key in (NOISE_RATE, *SEEDS, "dataset.fold") if key in cells])
    return pivot(cells, "whole_run.val", rows=pd.Series("CE", index=cells.index, name="reference"))


def noise_labels(rates: pd.Index, table: pd.DataFrame) -> list[str]:
    """Write noise rates; a missing one is the name of the noise that lacks it."""
    names = column_of(table, "noise.name")[column_of(table, NOISE_RATE).isna()].unique()
    return ["/".join(map(show, names)) if pd.isna(rate) else show(rate) for rate in rates]


def _grid(values: pd.Series, rows: str) -> pd.DataFrame:
    grid: pd.DataFrame = values.unstack("column").sort_index(axis=1).sort_index()
    return grid.set_axis(grid.index.astype("str")).rename_axis(index=rows, columns=NOISE_RATE)


def _counts(values: pd.Series, rows: str) -> pd.DataFrame:
    return _grid(values, rows).fillna(0).astype("int64")
