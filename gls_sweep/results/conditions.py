"""Conditions on cells: configuration keys and the values they may have."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from gls_sweep.results.groups import column_of, show

Condition = Mapping[str, Any]
"""By key its value, a list of the values it may have (null: none), or `below 0`, `above 0` with any number."""


def meet(table: pd.DataFrame, condition: Condition) -> "pd.Series[bool]":
    """Tell for each cell of a table whether it meets a condition; a cell without a key has null there."""
    met = pd.Series(True, index=table.index)
    for key, allowed in condition.items():
        met &= _allowed(column_of(table, key), allowed)
    return met


def meet_any(table: pd.DataFrame, conditions: Sequence[Condition]) -> "pd.Series[bool]":
    """Tell for each cell of a table whether it meets one of several conditions."""
    met = pd.Series(False, index=table.index)
    for condition in conditions:
        met |= meet(table, condition)
    return met


def not_allowed(table: pd.DataFrame, condition: Condition) -> dict[str, list[str]]:
    """Give the values in a table that a condition does not allow, by key; keys without any are left out."""
    values = {key: column_of(table, key).unique() for key in condition}
    others = {
        key: [show(value) for value in own if not _is_allowed(value, condition[key])] for key, own in values.items()
    }
    return {key: own for key, own in others.items() if own}


def allowed_in_words(allowed: Any) -> str:
    """Write what a condition allows a key to be."""
    values = allowed if isinstance(allowed, list) else [allowed]
    return " or ".join("null" if value is None else show(value) for value in values)


def _allowed(values: "pd.Series[Any]", allowed: Any) -> "pd.Series[bool]":
    return values.isin([value for value in values.unique() if _is_allowed(value, allowed)])


def _is_allowed(value: Any, allowed: Any) -> bool:
    """Compare as the command line writes values, so that 0 and 0.0 are the same."""
    if isinstance(allowed, list):
        return any(_is_allowed(value, one) for one in allowed)
    sign, _, bound = str(allowed).partition(" ")
    if sign in ("below", "above"):
        return bool(value < float(bound) if sign == "below" else value > float(bound)) if pd.notna(value) else False
    return show(value) == ("null" if allowed is None else show(allowed))
