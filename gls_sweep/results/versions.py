"""Records of other versions of the code: never mixed in silently."""

from collections import Counter
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from gls_sweep.config.identity import RESULTS_VERSION
from gls_sweep.record_file import FORMAT
from gls_sweep.results.columns import of_type

OtherVersions = Literal["drop", "keep"]
VERSION = ("format", "results_version")


def choose(columns: pa.Table, other_versions: OtherVersions, folder: Path) -> tuple[pa.Table, str]:
    """Leave out the records of other versions, or with "keep" only those among them that cannot be read.

    Returns
    -------
    chosen : Table
    left_out : str
        A line for people: how many were left out, of which versions, and how to keep them; empty for none.
    """
    readable = pc.is_valid(of_type(columns, "status", "str"))
    kept = readable if other_versions == "keep" else pc.and_(readable, current(columns))
    left = columns.filter(pc.invert(kept))
    if not len(left):
        return columns, ""
    said = f"{folder}: {len(left)} of {len(columns)} records left out, by other versions ({_versions(left)})"
    if other_versions == "keep":
        return columns.filter(kept), f"{said} and not like today's"
    command = f"gls-results table {folder} --other-versions keep"
    return columns.filter(kept), f'{said}; keep them by load_table(..., other_versions="keep") or `{command}`'


def current(columns: pa.Table) -> pa.ChunkedArray:
    """Tell for each row whether its record has today's format, and numbers as today's code makes them."""
    equal = pc.equal(of_type(columns, "format", "int"), FORMAT)
    equal = pc.and_(equal, pc.equal(of_type(columns, "results_version", "int"), RESULTS_VERSION))
    return pc.fill_null(equal, False)


def _versions(columns: pa.Table) -> str:
    pairs = zip(*(of_type(columns, name, "int").to_pylist() for name in VERSION), strict=True)
    names = Counter(f"results version {results}" if form == FORMAT else f"format {form}" for form, results in pairs)
    return ", ".join(f"{name}: {count}" for name, count in sorted(names.items()))
