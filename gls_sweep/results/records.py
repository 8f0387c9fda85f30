"""Find the records that the cells of a sweep left on disk, and read them."""

import logging
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from gls_sweep.record_file import PLACE, cell_folder, read_record
from gls_sweep.results.rows import Record

log = logging.getLogger(__name__)


def find_records(folder: Path, signatures: Iterable[str] | None = None) -> dict[str, str]:
    """Give the stamp of each cell's record by the cell's signature; cells that have none are left out.

    Parameters
    ----------
    folder
        A sweep's folder, `results/<sweep>`.
    signatures
        Only these cells; all cells when None.
    """
    if signatures is not None:
        places = ((signature, str(cell_folder(folder, signature))) for signature in set(signatures))
    else:
        places = ((cell.name, cell.path) for shard in _entries(folder / "cells") for cell in _entries(shard.path))
    stamps = ((signature, stamp(f"{place}/record.json")) for signature, place in places)
    return {signature: found for signature, found in stamps if found is not None}


def stamp(path: str | Path) -> str | None:
    """Give what changes with a file's content: its size in bytes and the time of its last change in ns."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return f"{found.st_size} {found.st_mtime_ns}"


def stamp_files(folder: Path) -> str:
    """Give the stamps of all files of a cell as one text; empty where it has none."""
    return ", ".join(f"{file.name} {stamp(file.path)}" for file in sorted(_entries(folder), key=lambda file: file.name))


def read_records(folder: Path, signatures: Iterable[str]) -> Iterator[Record]:
    """Read records of any version, one at a time; one that is damaged is reported and left out."""
    for signature in sorted(signatures):
        path = cell_folder(folder, signature) / "record.json"
        record = read_record(path)
        if record is not None:
            yield record
        elif path.exists():  # else its cell is being trained again
            log.warning("%s: is cut off or changed; left out, the next run of the sweep trains the cell again", path)


def nothing_there(folder: Path) -> str:
    """Say that a folder holds no records, and what to do."""
    if (folder / "planned.json").exists():
        return f"folder={folder}: no cell is done yet; gls-results status {folder} shows how the sweep is"
    message = f"folder={folder}: no records found, expected {folder}/{PLACE}/record.json; "
    sweeps = sorted(str(path.parent) for path in folder.glob("*/cells"))
    if sweeps:
        return message + f"did you mean {' or '.join(sweeps[:3])}?"
    return message + "give the folder of a sweep, or make one with `gls-sweep -m`"


def _entries(folder: str | Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError):
        return []
