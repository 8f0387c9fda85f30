"""The losses of a table as the rows of its pivots."""

import hashlib
from typing import Any

import pandas as pd

from gls_sweep.results.groups import (
    AUTO,
    ESTIMATOR,
    RATE,
    RATE_KEYS,
    column_of,
    compares_losses,
    is_auto,
    loss_keys,
    show,
)

NAME = "loss.name"
LONGEST = 32  # characters of a value


def loss_rows(table: pd.DataFrame) -> "pd.Series[Any]":
    """Give each cell the label of its loss; cells have the same label only if all keys of their loss agree.

    Returns
    -------
    Series of ordered categories
        Named RATE where all cells have one loss with a smooth rate: `0.2`, `-0.8`, `auto`. Else named `loss`: the
        loss's name, its smooth rate and whatever else varies among the cells of that name: `ce`, `gls r=-0.8`,
        `gls auto`, `gce q=0.7`. The order: ce; losses with a smooth rate, descending, after them auto; others by name.
    """
    keys = [NAME, *(key for key in loss_keys(table) if key != NAME and table[key].nunique(dropna=False) > 1)]
    cells = pd.DataFrame({key: column_of(table, key) for key in (*keys, *RATE_KEYS)} | {AUTO: is_auto(table)})
    number = cells.groupby(keys, dropna=False).ngroup()
    losses = _sorted(cells.assign(number=number).drop_duplicates("number").set_index("number"))
    labels = _labels(losses, compares_losses(table))
    order = pd.CategoricalDtype(list(labels), ordered=True)
    return number.map(labels).astype(order).rename("loss" if compares_losses(table) else RATE)


def _sorted(losses: pd.DataFrame) -> pd.DataFrame:
    place = (losses[NAME] != "ce").astype(int) + (losses[RATE].isna() & ~losses[AUTO]).astype(int)
    place = place.where(losses[NAME] != "ce", 0)
    others = [str(key) for key in losses if key not in (NAME, RATE)]
    keys = ["place", NAME, RATE, *others]
    return losses.assign(place=place).sort_values(keys, ascending=[key != RATE for key in keys]).drop(columns="place")


def _labels(losses: pd.DataFrame, named: bool) -> "pd.Series[Any]":
    """Put each loss into words: its name where losses are compared, its smooth rate, and what tells it from others."""
    rates = ("r=" if named else "") + _texts(losses[RATE])
    words = [losses[NAME].map(show)] if named else []
    words.append(rates.where(losses[RATE].notna(), "").where(~losses[AUTO], "auto"))
    if named:  # `gls_auto` says so itself
        words[-1] = words[-1].where(~losses.groupby(NAME, dropna=False)[AUTO].transform("all"), "")
    for key in (str(key) for key in losses if key not in (NAME, RATE, AUTO) and losses[key].nunique(dropna=False) > 1):
        apart = [NAME, AUTO] if key == ESTIMATOR else [NAME]  # a number has no estimator, which says nothing
        varies = losses.groupby(apart, dropna=False)[key].transform(lambda own: own.nunique(dropna=False) > 1)
        words.append((key.removeprefix("loss.") + "=" + _texts(losses[key])).where(varies.astype(bool), ""))
    return pd.Series([" ".join(filter(None, row)) for row in zip(*words, strict=True)], losses.index)


def _texts(values: "pd.Series[Any]") -> "pd.Series[str]":
    """Write values as short as keeps them apart; a matrix or a long path is cut, with a hash."""
    words = values.map(show).astype("str")
    words = words if words.nunique() == values.nunique(dropna=False) else values.map(repr).astype("str")
    return words.where(words.str.len() <= LONGEST, words.str[: LONGEST - 8] + "~" + words.map(_hash))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:7]
