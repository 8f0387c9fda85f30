"""Choose cells of a table by their configuration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from gls_sweep.errors import UserError, did_you_mean
from gls_sweep.results.groups import RATE, is_auto, show
from gls_sweep.results.table import config_columns

SHOWN = 8  # values of a key, in a message


def select(table: pd.DataFrame, filters: Sequence[str]) -> pd.DataFrame:
    """Keep the cells that pass all filters.

    Parameters
    ----------
    table
        As from `load_table`.
    filters
        Each a configuration key, or `status`, and its value as on the command line, ``noise.rate=0.2``; or several of
        its values, ``loss.smooth_rate=0,-2,auto``.

    Raises
    ------
    UserError
        If a filter is not of this form, its key unknown, or no cell is left.
    """
    for word in filters:
        table = _chosen(table, word)
    return table


def _chosen(cells: pd.DataFrame, word: str) -> pd.DataFrame:
    key, equals, value = word.partition("=")
    keys = ["status", *config_columns(cells)]
    if not equals:
        raise UserError(f"--filter {word}: must be KEY=VALUE, noise.rate=0.2 for example")
    if key not in keys:
        raise UserError(f"--filter {word}: no cell has the key {key}{did_you_mean(key, keys)}")
    words = {value, *value.split(",")}
    passes = pd.Series([any(_is_same(own, word) for word in words) for own in cells[key]], index=cells.index)
    if key == RATE and "auto" in words:
        passes |= is_auto(cells)
    kept = cells[passes]
    if kept.empty:
        raise UserError(f"--filter {word}: no cell is left; there are {values_of(cells, key)}")
    return kept


def _is_same(value: Any, word: str) -> bool:
    """Whether a value of the table is the one that was typed; numbers and lists may be written otherwise."""
    if pd.isna(value):
        return word == "null"
    try:
        return float(value) == float(word)
    except ValueError:
        return str(value).replace(" ", "").lower() == word.replace(" ", "").lower()


def values_of(cells: pd.DataFrame, key: str) -> str:
    """List the values of a key as the command line takes them."""
    shown = [show(value) for value in cells[key].drop_duplicates() if not (key == RATE and pd.isna(value))]
    shown += ["auto"] if key == RATE and is_auto(cells).any() else []
    return ", ".join([*shown[:SHOWN], *(["..."] if len(shown) > SHOWN else [])])
