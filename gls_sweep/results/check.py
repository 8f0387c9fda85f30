"""Check every file of a sweep's cells against its checksum."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from gls_sweep.record_file import cell_folder, damaged_files, read_record


def find_damaged(folder: Path, signatures: Iterable[str]) -> Iterator[Path]:
    """Read every file of these cells, which have records, and give those that are gone, cut off or changed."""
    for signature in sorted(signatures):
        cell = cell_folder(folder, signature)
        record = read_record(cell / "record.json")
        yield from [cell / name for name in (["record.json"] if record is None else damaged_files(cell, record))]
