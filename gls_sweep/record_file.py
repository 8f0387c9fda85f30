"""Where a cell's record lies and what its file is like, as those who write and those who read it agree on it."""

import csv
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gls_sweep.config.identity import RESULTS_VERSION
from gls_sweep.files import checksum

FORMAT = 2  # raise it when a reader of today's records could not read tomorrow's
DONE = ("finished", "diverged")  # of a cell that is not trained again
PLACE = "cells/<2 digits>/<signature>"  # for messages; in words what `cell_folder` says


def cell_folder(folder: Path, signature: str) -> Path:
    """Give the folder of a cell; they are shared out by two hex digits, for no folder to have 100,000 entries."""
    return folder / "cells" / signature[:2] / signature


def read_record(path: Path) -> dict[str, Any] | None:
    """Read a record of any version; None where there is none, it is cut off or changed, or of another cell."""
    try:
        record: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    whole = isinstance(record, dict) and record.get("checksum") == checksum(record)
    return record if whole and record.get("signature") == path.parent.name else None


def read_history(cell: Path) -> list[dict[str, str]]:
    """Read the epochs of a cell's history as they are written, what it did not measure empty; a failed cell has none.

    `gls_sweep.results.load_histories` reads those of many cells as one table.
    """
    try:
        with (cell / "history.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    except FileNotFoundError:
        return []


def is_current(record: dict[str, Any]) -> bool:
    """Whether a record has today's format, and numbers as today's code makes them."""
    return (record.get("format"), record.get("results_version")) == (FORMAT, RESULTS_VERSION)


def damaged_files(folder: Path, record: Mapping[str, Any]) -> list[str]:
    """List a cell's files that are gone or changed since they were recorded; the record if it does not say."""
    files = record.get("files")
    if not isinstance(files, dict):
        return ["record.json"]
    return [name for name, expected in files.items() if file_checksum(folder / name) != expected]


def file_checksum(path: Path) -> str | None:
    """Give the SHA-256 of a file's content as hex, None where it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None
