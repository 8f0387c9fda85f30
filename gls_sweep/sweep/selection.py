"""Choose recorded cells by their configuration."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from gls_sweep.errors import UserError
from gls_sweep.results.groups import show, telling_keys
from gls_sweep.results.selection import select, values_of
from gls_sweep.results.table import config_columns, load

LABELS = "noise.labels_hash"


def cells_of_one_labelling(folder: Path, filters: Sequence[str]) -> pd.DataFrame:
    """Load the finished cells that pass all filters, which must have been trained on one and the same set of labels.

    Parameters
    ----------
    folder
        A sweep's folder, `results/<sweep>`.
    filters
        As in `gls_sweep.results.selection.select`.

    Raises
    ------
    UserError
        If no finished cell is there or left, a filter is not of this form or its key unknown, or labels differ.
    """
    table = load(folder, None, "drop").table
    cells = table[table["status"] == "finished"]
    if cells.empty:
        raise UserError(f"folder={folder}: none of its {len(table)} cells has finished; gls-results status {folder}")
    cells = select(cells, filters)
    if cells[LABELS].nunique() > 1:
        raise UserError(f"folder={folder}: {tell_labellings(cells)}")
    return cells


def tell_labellings(cells: pd.DataFrame) -> str:
    """Say in what cells of different labels differ, and by which filter to choose some of one set."""
    keys = telling_keys(cells[[key for key in config_columns(cells) if decides_labels(key)]], ())
    if not keys:
        return "its cells have different labels though their keys are the same; has a file changed between them?"
    varying = "; ".join(f"{key}={values_of(cells, key)}" for key in keys)
    example = " ".join(f"--filter {key}={show(cells[key].iat[-1])}" for key in keys)
    return f"its cells have different labels ({varying}); choose some of one set, {example} for example"


def decides_labels(key: str) -> bool:
    """Whether a key can decide which labels a cell is trained on."""
    part = key.partition(".")[0]
    return part in ("dataset", "noise", "seed") and key not in ("dataset.fold", "dataset.val_fraction")
