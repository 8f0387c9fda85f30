"""Split a table by whatever else varies in it, so that no pivot averages over it silently."""

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from gls_sweep.results.table import config_columns


def varying_keys(table: pd.DataFrame) -> list[str]:
    """List the configuration columns that take more than one value in the table; "missing" is a value."""
    return [key for key in config_columns(table) if table[key].nunique(dropna=False) > 1]


def split_groups(
    table: pd.DataFrame,
    rows: str = "loss.smooth_rate",
    columns: str = "noise.rate",
    ignore: Sequence[str] = ("seed", "noise.seed", "dataset.root", "dataset.download"),
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield a title and a subtable per combination of the keys that vary beyond a pivot's own.

    Parameters
    ----------
    table
        As from `load_table`.
    rows, columns
        The keys of the pivot.
    ignore
        Keys to average over: seeds, and what says nothing about a cell's outcome.

    Yields
    ------
    (str, DataFrame)
        Title such as `model.name=mlp, schedule.name=direct` (empty where nothing else varies) and its cells. Keys that
        follow from those in the title (say `model.hidden`, where each model has its own) are left out of it.
    """
    keys = _telling_keys(table, [key for key in varying_keys(table) if key not in (rows, columns, *ignore)])
    if not keys:
        yield "", table
        return
    for values, group in table.groupby(keys, dropna=False):
        yield ", ".join(f"{key}={show(value)}" for key, value in zip(keys, values, strict=True)), group


def describe(table: pd.DataFrame) -> str:
    """Name what a group of cells has in common: data set, noise, model, schedule."""
    keys = ("dataset.name", "noise.name", "model.name", "schedule.name")
    return ", ".join(f"{key}={show(table[key].iat[0])}" for key in keys if key in table)


def show(value: Any) -> str:
    """Write a configuration value the way the command line takes it."""
    if pd.isna(value):
        return "null"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _telling_keys(table: pd.DataFrame, keys: list[str]) -> list[str]:
    """Fewest keys, taking names first, that split the table as finely as all of them do."""
    telling: list[str] = []
    groups = 1
    for key in sorted(keys, key=lambda key: not key.endswith(".name")):
        finer = table.groupby([*telling, key], dropna=False).ngroups
        if finer > groups:
            telling.append(key)
            groups = finer
    return telling
