"""Reads back what the records say, without torch."""

import hashlib
import logging
from pathlib import Path
from typing import Any

from gls_sweep.record_file import FORMAT, read_record
from gls_sweep.sweep.store import Store

log = logging.getLogger(__name__)
DONE = ("finished", "diverged")


def is_done(store: Store, signature: str) -> bool:
    """Whether a cell has trained to its end and all its files are as they were written."""
    path = store.record(signature)
    if not path.exists():
        return False
    record = read_record(path)
    if record is None:
        log.warning("%s: is cut off or changed; the cell is trained again", path)
        return False
    if record["format"] != FORMAT:
        log.warning("%s: is of format %s, now it is %s; the cell is trained again", path, record["format"], FORMAT)
        return False
    return record["status"] in DONE and not damaged_files(path.parent, record)


def damaged_files(folder: Path, record: dict[str, Any]) -> list[str]:
    """List, and report, a cell's files that are gone or changed since they were recorded."""
    damaged = [name for name, expected in record["files"].items() if file_checksum(folder / name) != expected]
    for name in damaged:
        log.warning("%s: is gone, cut off or changed; the cell is trained again", folder / name)
    return damaged


def file_checksum(path: Path) -> str | None:
    """Give the SHA-256 of a file's content as hex, None where it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None
