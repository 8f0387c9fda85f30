"""What cells went through, epoch by epoch."""

import io
import logging
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv

from gls_sweep.record_file import cell_folder, file_checksum, read_record
from gls_sweep.results.gather import trusted
from gls_sweep.results.records import find_records

NAME = "history.csv"

log = logging.getLogger(__name__)


def load_histories(folder: str | Path, signatures: Iterable[str] | None = None) -> pd.DataFrame:
    """Load the metrics of every epoch of a sweep's cells.

    Parameters
    ----------
    folder
        A sweep's folder, `results/<sweep>`.
    signatures
        Only these cells; all that have a record when None.

    Returns
    -------
    DataFrame
        One row an epoch, by cell and in the order of training: `signature`, `phase`, `epoch` (from 1 within the
        phase), `learning_rate`, `train_loss` and the metrics `<split>_<metric>`, accuracies as fractions; what a cell
        did not measure is missing. A history that is gone or changed, by the index's stamps or else by its checksum, is
        left out, with a warning; a cell that failed has none.
    """
    by_head: defaultdict[bytes, dict[str, bytes]] = defaultdict(dict)  # those with the same columns are read at once
    found = find_records(Path(folder), signatures)
    verified = trusted(Path(folder), found)
    for signature in found:
        cell = cell_folder(Path(folder), signature)
        head, _, rows = (_content(cell) if signature in verified else _read(cell)).partition(b"\n")
        if rows:
            by_head[head][signature] = rows
    if not by_head:
        return pd.DataFrame(columns=["signature", "phase", "epoch"])
    tables = (_parse(head, rows) for head, rows in by_head.items())
    whole: pd.DataFrame = pa.concat_tables(tables, promote_options="permissive").to_pandas()
    return whole.sort_values("signature", kind="stable", ignore_index=True)


def _parse(head: bytes, rows: dict[str, bytes]) -> pa.Table:
    text = io.BytesIO(b"\n".join([head, *(own.rstrip(b"\n") for own in rows.values())]))
    epochs = [own.rstrip(b"\n").count(b"\n") + 1 for own in rows.values()]
    options = csv.ConvertOptions(column_types={"phase": pa.string()})
    return csv.read_csv(text, convert_options=options).add_column(0, "signature", [np.repeat(list(rows), epochs)])


def _read(cell: Path) -> bytes:
    """Read a cell's history; nothing where it has none, or not the one that was recorded."""
    record = read_record(cell / "record.json") or {}
    if record.get("status") == "failed":
        return b""
    expected = (record.get("files") or {}).get(NAME)
    if expected is None or file_checksum(cell / NAME) != expected:
        log.warning("%s: is gone, cut off or changed; left out, the next run of the sweep trains it again", cell / NAME)
        return b""
    return _content(cell)


def _content(cell: Path) -> bytes:
    try:
        return (cell / NAME).read_bytes()
    except FileNotFoundError:  # deleted meanwhile
        return b""
