"""Gather what the records of a sweep say, from the index as far as it is up to date, else from the records."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from gls_sweep.record_file import DONE, cell_folder, damaged_files
from gls_sweep.results.columns import as_columns, concat, of_type
from gls_sweep.results.index import FILES, RECORD, read_index
from gls_sweep.results.records import find_records, read_records, stamp_files
from gls_sweep.results.rows import Record, Row, make_row
from gls_sweep.results.versions import VERSION, current


def gather(
    folder: Path, signatures: Iterable[str] | None = None, names: Collection[str] | None = None, verify: bool = False
) -> pa.Table:
    """Give the rows of a sweep's cells, as `as_columns` has them.

    Neither a crash nor two writers at once nor an old index can make them wrong: of the index only those rows are taken
    whose record is still the one they were made from, by its size and the time of its last change.

    Parameters
    ----------
    folder
        A sweep's folder, `results/<sweep>`.
    signatures
        Only these cells; all cells when None.
    names
        Only these columns, which is quicker; all columns when None.
    verify
        Whether to read the files of all cells that the index does not know, for `write_index`.
    """
    found = find_records(folder, signatures)
    known = read_index(folder, None if names is None else {*names, "signature", RECORD})
    stamps = zip(_texts(known, "signature"), _texts(known, RECORD), strict=True)
    known = known.filter(pa.array([found.get(name) == stamp for name, stamp in stamps], pa.bool_()))
    fresh = as_columns(_rows(folder, found, found.keys() - set(_texts(known, "signature")), verify))
    both = concat([known, fresh])
    return both if names is None else both.select([c for c in both.column_names if c.rpartition(":")[0] in names])


def trusted(folder: Path, signatures: Iterable[str]) -> set[str]:
    """Give those of the cells that are done and whose files are, by their stamps, as they were when last verified.

    A stamp is a file's size and the time of its last change. It does not see what leaves both as they were: a bit that
    flips on the disk itself, or a file that was changed and given its old time again.
    """
    wanted = set(signatures)
    known = read_index(folder, ("signature", "status", *VERSION, FILES))
    done = pc.is_in(of_type(known, "status", "str"), pa.array(DONE))
    known = known.filter(pc.and_(done, current(known)))
    stamps = zip(_texts(known, "signature"), _texts(known, FILES), strict=True)
    return {name for name, stamp in stamps if name in wanted and stamp == stamp_files(cell_folder(folder, name))}


def _rows(folder: Path, found: Mapping[str, str], signatures: Iterable[str], verify: bool) -> Iterator[Row]:
    for record in read_records(folder, signatures):
        cell = cell_folder(folder, record["signature"])
        row = make_row(record) | {RECORD: found[record["signature"]]}
        yield row | (_verified(cell, record) if verify else {})


def _verified(cell: Path, record: Record) -> Row:
    """Give the stamp of a cell's files if they are as recorded; taken before they are read, to miss no change."""
    stamps = stamp_files(cell)
    return {} if damaged_files(cell, record) else {FILES: stamps}


def _texts(columns: pa.Table, name: str) -> list[str]:
    texts: list[str] = of_type(columns, name, "str").to_pylist()
    return texts
