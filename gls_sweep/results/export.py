"""A table, or all epochs of its cells, as one file for other programs."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from gls_sweep.errors import UserError
from gls_sweep.files import without_nan, write_atomically, write_json
from gls_sweep.results.groups import RATE, SWEEP, varying_keys
from gls_sweep.results.histories import load_histories
from gls_sweep.results.several import folders_of

ALWAYS = ("dataset.name", "noise.name", "noise.rate", "loss.name", RATE, "seed")


def write_rows(frame: pd.DataFrame, path: Path) -> Path:
    """Write a data frame in the format of the file's ending: .csv, .parquet, .json (a list) or .jsonl (a line a row).

    All keep numbers to the last bit; JSON, which has no infinite ones, makes them null.

    Raises
    ------
    UserError
        If the ending is another.
    """
    require_ending(path)
    return write_atomically(path, lambda temporary: WRITERS[path.suffix.lower()](frame, temporary))


def require_ending(path: Path) -> None:
    """Raise a `UserError` unless a file's ending is one of `WRITERS`."""
    if path.suffix.lower() not in WRITERS:
        raise UserError(f"FILE={path}: must end in {', '.join(WRITERS)}")


def all_histories(folders: Sequence[Path], table: pd.DataFrame) -> pd.DataFrame:
    """Give all epochs of a table's cells in long form.

    Parameters
    ----------
    folders
        The sweeps that the table is of, as given to `load_sweeps`.
    table
        The chosen cells.

    Returns
    -------
    DataFrame
        One row an epoch: `signature`, what tells the cells apart (their data set, noise, loss, seed and whatever else
        varies), and what `load_histories` gives.
    """
    telling = [key for key in (SWEEP, *ALWAYS) if key in table]
    keys = list(dict.fromkeys(["signature", *telling, *varying_keys(table)]))
    own = folders_of(table, folders)
    parts = []
    for folder in folders:
        cells = table[own == folder]
        parts.append(cells[keys].merge(load_histories(folder, cells["signature"]), on="signature"))
    return pd.concat(parts, ignore_index=True)


def _parquet(frame: pd.DataFrame, path: Path) -> None:
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), path)


def _csv(frame: pd.DataFrame, path: Path) -> None:
    csv.write_csv(pa.Table.from_pandas(frame, preserve_index=False), path)


def _json(frame: pd.DataFrame, path: Path) -> None:
    write_json(path, _records(frame))


def _json_lines(frame: pd.DataFrame, path: Path) -> None:
    lines = (json.dumps(row, allow_nan=False, ensure_ascii=False) for row in without_nan(_records(frame)))
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _records(frame: pd.DataFrame) -> list[Any]:
    dates = frame.select_dtypes("datetimetz").columns
    values = frame.astype(dict.fromkeys(dates, "str")).astype("object")
    return values.where(frame.notna(), None).to_dict("records")


WRITERS: dict[str, Callable[[pd.DataFrame, Path], None]] = {
    ".csv": _csv,
    ".parquet": _parquet,
    ".json": _json,
    ".jsonl": _json_lines,
}
