"""Split a table by whatever else varies in it, so that no pivot averages over it silently."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import pandas as pd

from gls_sweep.results.table import config_columns

RATE, AUTO, ESTIMATOR = RATE_KEYS = ("loss.smooth_rate", "loss.auto", "loss.estimator")
"""The keys of a smooth rate: the number, or that it is estimated and by which estimator."""

ONE_LOSS = (*RATE_KEYS, "loss.name")
"""What differs between cells of one loss at several rates: `gls` and `gls_auto` are the same `loss._target_`."""

SWEEP = "sweep"
"""The column of a table of several sweeps that says which one a cell is of."""

NOISE_RATE = "noise.rate"
SEEDS = ("seed", "noise.seed")
AVERAGED = (*SEEDS, "dataset.fold", "dataset.root", "dataset.download")
"""Keys to average over: seeds, folds, and what says nothing about a cell's outcome."""


def varying_keys(table: pd.DataFrame) -> list[str]:
    """List the configuration columns that take more than one value in the table; "missing" is a value."""
    return [key for key in config_columns(table) if table[key].nunique(dropna=False) > 1]


def loss_keys(table: pd.DataFrame) -> list[str]:
    """List the columns that are the configuration of the loss."""
    return [key for key in config_columns(table) if key.startswith("loss.")]


def compares_losses(table: pd.DataFrame) -> bool:
    """Tell whether a table compares losses, not the smooth rates of one loss."""
    return column_of(table, "loss.name").nunique(dropna=False) > 1 or not has_rate(table).any()


def has_rate(table: pd.DataFrame) -> "pd.Series[bool]":
    """Tell for each cell whether its loss has a smooth rate, be it a number or `auto`."""
    return column_of(table, RATE).notna() | is_auto(table)


def is_auto(table: pd.DataFrame) -> "pd.Series[bool]":
    """Tell for each cell whether its smooth rate is estimated."""
    return column_of(table, AUTO).eq(True).fillna(False).astype(bool)


def split_groups(
    table: pd.DataFrame, rows: Collection[str] | None = None, columns: Collection[str] = (NOISE_RATE,)
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield a title and a subtable per combination of the keys that vary beyond rows, columns and `AVERAGED`.

    Parameters
    ----------
    table
        As from `load_table`.
    rows
        The keys that tell the rows of a pivot apart. When None all keys of the loss where the table compares losses,
        else `RATE_KEYS`.
    columns
        The keys that tell its columns apart.

    Yields
    ------
    (str, DataFrame)
        Title such as `model.name=mlp, schedule.name=direct` (empty where nothing else varies) and its cells. Keys that
        follow from those in the title (say `model.hidden`, where each model has its own) are left out of it.
    """
    if rows is None:
        rows = loss_keys(table) if compares_losses(table) else RATE_KEYS
    keys = telling_keys(table, {*rows, *columns, *AVERAGED})
    if not keys:
        yield "", table
        return
    for values, group in table.groupby(keys, dropna=False):
        yield ", ".join(f"{key}={show(value)}" for key, value in zip(keys, values, strict=True)), group


def telling_keys(table: pd.DataFrame, apart_from: Collection[str], first: Sequence[str] = ()) -> list[str]:
    """Give the keys `first` and as few others, sweep and names first, as split the table as finely as all do."""
    telling = list(first)
    groups = table.groupby(telling, dropna=False).ngroups if telling else 1
    keys = [key for key in varying_keys(table) if key not in apart_from]
    for key in sorted(keys, key=lambda key: (key != SWEEP, not key.endswith(".name"))):
        finer = table.groupby([*telling, key], dropna=False).ngroups
        if finer > groups:
            telling.append(key)
            groups = finer
    return telling


def key_labels(table: pd.DataFrame, keys: Sequence[str]) -> "pd.Series[Any]":
    """Give each cell the values of these keys as a label, `digits, mlp`, as ordered categories.

    Numbers keep their order; cells have the same label only if all the keys agree.
    """
    values = table[list(keys)]
    number = values.groupby(list(keys), dropna=False).ngroup()
    distinct = values.assign(number=number).drop_duplicates("number").set_index("number").sort_index()
    texts = [distinct[key].map(show) for key in keys]
    exact = [distinct[key].map(lambda value: show(value) if pd.isna(value) else repr(value)) for key in keys]
    texts = [text if text.nunique() == long.nunique() else long for text, long in zip(texts, exact, strict=True)]
    labels = pd.Series([", ".join(words) for words in zip(*texts, strict=True)], distinct.index)
    order = pd.CategoricalDtype(list(labels), ordered=True)
    return number.map(labels).astype(order).rename(", ".join(keys))


def describe(table: pd.DataFrame) -> str:
    """Name what a group of cells has in common: data set, noise, model, schedule."""
    keys = ("dataset.name", "noise.name", "model.name", "schedule.name")
    return ", ".join(f"{key}={show(table[key].iat[0])}" for key in keys if key in table)


def show(value: Any) -> str:
    """Write a configuration value the way the command line takes it."""
    if pd.isna(value):
        return "null"
    return f"{value:g}" if isinstance(value, float) else str(value)


def column_of(table: pd.DataFrame, name: str) -> "pd.Series[Any]":
    """Take a column of the table, all missing if it has none of that name."""
    return table[name] if name in table else pd.Series(float("nan"), index=table.index)
