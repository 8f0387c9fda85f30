"""One table of several sweeps, to look at them together."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from gls_sweep.errors import UserError
from gls_sweep.results.groups import SWEEP
from gls_sweep.results.table import Loaded, load
from gls_sweep.results.versions import OtherVersions


def load_sweeps(folders: Sequence[str | Path], other_versions: OtherVersions = "drop") -> Loaded:
    """Load one sweep's table as `load_table` does, or those of several under each other.

    Parameters
    ----------
    folders
        Sweeps' folders, `results/<sweep>`, at least one.
    other_versions
        As in `load_table`.

    Returns
    -------
    Loaded
        Where there are several folders, its table has the column `sweep`, the folder's name, which pivots and figures
        split on: a cell that two sweeps have is a row of each.

    Raises
    ------
    UserError
        If a folder holds no records, or is given twice.
    """
    paths = [Path(folder) for folder in folders]
    if len({path.resolve() for path in paths}) < len(paths):
        raise UserError(f"folders={', '.join(map(str, paths))}: one is there twice; give each once")
    loaded = [load(path, None, other_versions) for path in paths]
    if len(loaded) == 1:
        return loaded[0]
    tables = [one.table.assign(**{SWEEP: name}) for one, name in zip(loaded, sweep_names(paths), strict=True)]
    return Loaded(pd.concat(tables, ignore_index=True), "\n".join(filter(None, (one.left_out for one in loaded))))


def sweep_names(paths: Sequence[Path]) -> list[str]:
    """Name each by its folder, or where two are called the same by the whole path."""
    names = [path.resolve().name for path in paths]
    return names if len(set(names)) == len(names) else [str(path) for path in paths]


def folders_of(table: pd.DataFrame, folders: Sequence[Path]) -> "pd.Series[Any]":
    """Give the folder of the sweep that each cell of a table is of.

    Parameters
    ----------
    table
        Cells as from `load_sweeps`.
    folders
        All the folders that it was given; all are missing where there are none.
    """
    if SWEEP in table:
        return table[SWEEP].map(dict(zip(sweep_names(folders), folders, strict=True)))
    return pd.Series(folders[0] if folders else None, index=table.index, dtype="object")
