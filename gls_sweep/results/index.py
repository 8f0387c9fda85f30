"""The file `index.parquet` of a sweep: the rows of its records in one file, each with the stamps of what it came from.

It is derived and can be deleted at any time; a row counts only as long as its stamps agree with the disk.
"""

import hashlib
import json
import logging
from collections.abc import Collection
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from gls_sweep.files import write_atomically
from gls_sweep.results.columns import NOTHING, of_type

LAYOUT = 2  # raise it when rows or columns are made differently
RECORD, FILES = "_record", "_files"  # the stamps of a cell's record and of all its files, as columns beside the row's
SEAL = b"gls_sweep.index"
UNREADABLE = (OSError, ValueError, MemoryError, pa.ArrowException)

log = logging.getLogger(__name__)


def read_index(folder: Path, names: Collection[str] | None = None) -> pa.Table:
    """Read the columns of these names, of all names when None; no rows where there is no index that can be used."""
    path = folder / "index.parquet"
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            schema: pa.Schema = file.schema_arrow
            if (schema.metadata or {}).get(SEAL) != seal(schema):
                raise ValueError("it has another layout")
            chosen = [column for column in schema.names if names is None or column.rpartition(":")[0] in names]
            return file.read(chosen).replace_schema_metadata()
    except FileNotFoundError:
        return NOTHING
    except UNREADABLE as problem:
        reason = str(problem).partition("\n")[0]
        log.info("%s: cannot be used (%s); the records are read, the next run of the sweep rebuilds it", path, reason)
        return NOTHING


def write_index(folder: Path, columns: pa.Table) -> None:
    """Write the rows that have the stamps of all files, unless the index has just these.

    A cell whose files are damaged has none: it is left out, so every look at it reads its files until it is trained
    again.
    """
    whole = columns.filter(pc.is_valid(of_type(columns, FILES, "str")))
    before = read_index(folder, (RECORD, FILES))
    if before.num_rows == whole.num_rows and before.equals(whole.select(before.column_names)):
        return
    sealed = whole.replace_schema_metadata({SEAL: seal(whole.schema)})
    write_atomically(
        folder / "index.parquet",
        lambda path: pq.write_table(sealed, path, compression="zstd", write_page_checksum=True),
    )


def seal(schema: pa.Schema) -> bytes:
    """Give the layout and a checksum of the columns' names and types, which the pages' checksums do not cover."""
    columns = [[field.name, str(field.type)] for field in schema]
    return f"{LAYOUT} {hashlib.sha256(json.dumps(columns).encode()).hexdigest()}".encode()
