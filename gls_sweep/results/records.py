"""Read the records that the cells of a sweep left on disk."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from gls_sweep.errors import UserError
from gls_sweep.record_file import FORMAT, read_record

Record = Mapping[str, Any]
"""The content of one `record.json`, as parsed."""

log = logging.getLogger(__name__)


def read_records(folder: str | Path, signatures: Iterable[str] | None = None) -> Iterator[Record]:
    """Read the record of every cell of a sweep that has one, one at a time: a big sweep need not fit in memory as JSON.

    Parameters
    ----------
    folder
        A sweep's folder, `results/<sweep>`; records are looked for at `cells/<signature>/record.json`.
    signatures
        Only these cells; those that have no record yet are left out. All cells when None.

    Returns
    -------
    iterator of Record
        Sorted by signature. Cells without a record (still training) and any other files are passed over.

    Raises
    ------
    UserError
        If no record is found, or one was written in another format. One that is damaged is reported and left out.
    """
    paths = _record_paths(Path(folder), signatures)
    if not paths:
        raise UserError(_nothing_there(Path(folder)))
    return (record for path in paths if (record := _read(path)) is not None)


def _record_paths(folder: Path, signatures: Iterable[str] | None) -> list[Path]:
    if signatures is None:
        return sorted((folder / "cells").glob("*/record.json"))
    paths = (folder / "cells" / signature / "record.json" for signature in sorted(set(signatures)))
    return [path for path in paths if path.is_file()]


def _nothing_there(folder: Path) -> str:
    message = f"folder={folder}: no records found, expected {folder}/cells/<signature>/record.json; "
    sweeps = sorted(str(path.parent) for path in folder.glob("*/cells"))
    if sweeps:
        return message + f"did you mean {' or '.join(sweeps[:3])}?"
    return message + "give the folder of a sweep, or make one with `gls-sweep -m`"


def _read(path: Path) -> Record | None:
    record = read_record(path)
    if record is None:
        log.warning("%s: is cut off or changed; left out here, the next run of the sweep trains the cell again", path)
    elif (found := record["format"]) != FORMAT:
        raise UserError(f"{path}: format={found!r}, this gls_sweep reads {FORMAT}; use the version that wrote it")
    return record
