"""Choose recorded cells by their configuration."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from gls_sweep.config.checks import did_you_mean
from gls_sweep.errors import UserError
from gls_sweep.results.groups import RATE, is_auto, show, telling_keys
from gls_sweep.results.table import config_columns, load

LABELS = "noise.labels_hash"
SHOWN = 8  # values of a key, in a message


def cells_of_one_labelling(folder: Path, filters: Sequence[str]) -> pd.DataFrame:
    """Load the finished cells that pass all filters, which must have been trained on one and the same set of labels.

    Parameters
    ----------
    folder
        A sweep's folder, `results/<sweep>`.
    filters
        Each a configuration key and its value as on the command line, ``noise.rate=0.2``.

    Raises
    ------
    UserError
        If no finished cell is there or left, a filter is not of this form or its key unknown, or labels differ.
    """
    table = load(folder, None, "drop").table
    cells = table[table["status"] == "finished"]
    if cells.empty:
        raise UserError(f"folder={folder}: none of its {len(table)} cells has finished; gls-results status {folder}")
    for word in filters:
        cells = chosen(cells, word)
    if cells[LABELS].nunique() > 1:
        raise UserError(f"folder={folder}: {tell_labellings(cells)}")
    return cells


def chosen(cells: pd.DataFrame, word: str) -> pd.DataFrame:
    """Keep the cells that pass one filter."""
    key, equals, value = word.partition("=")
    keys = config_columns(cells)
    if not equals:
        raise UserError(f"--filter {word}: must be KEY=VALUE, noise.rate=0.2 for example")
    if key not in keys:
        raise UserError(f"--filter {word}: no cell has the key {key}{did_you_mean(key, keys)}")
    kept = cells[is_auto(cells) if word == f"{RATE}=auto" else [is_same(own, value) for own in cells[key]]]
    if kept.empty:
        raise UserError(f"--filter {word}: no finished cell is left; there are {values_of(cells, key)}")
    return kept


def is_same(value: Any, word: str) -> bool:
    """Whether a value of the table is the one that was typed; numbers and lists may be written otherwise."""
    if pd.isna(value):
        return word == "null"
    try:
        return float(value) == float(word)
    except ValueError:
        return str(value).replace(" ", "").lower() == word.replace(" ", "").lower()


def tell_labellings(cells: pd.DataFrame) -> str:
    """Say in what cells of different labels differ, and by which filter to choose some of one set."""
    keys = telling_keys(cells[[key for key in config_columns(cells) if decides_labels(key)]], ())
    if not keys:
        return "its cells have different labels though their keys are the same; has a file changed between them?"
    varying = "; ".join(f"{key}={values_of(cells, key)}" for key in keys)
    example = " ".join(f"{key}={show(cells[key].iat[-1])}" for key in keys)
    return f"its cells have different labels ({varying}); choose some of one set, --filter {example} for example"


def decides_labels(key: str) -> bool:
    """Whether a key can decide which labels a cell is trained on."""
    part = key.partition(".")[0]
    return part in ("dataset", "noise", "seed") and key not in ("dataset.fold", "dataset.val_fraction")


def values_of(cells: pd.DataFrame, key: str) -> str:
    """List the values of a key as the command line takes them."""
    shown = [show(value) for value in cells[key].drop_duplicates() if not (key == RATE and pd.isna(value))]
    shown += ["auto"] if key == RATE and is_auto(cells).any() else []
    return ", ".join([*shown[:SHOWN], *(["..."] if len(shown) > SHOWN else [])])
