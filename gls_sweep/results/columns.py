"""Rows as columns, in a form that loses nothing: a column for each name and each JSON type of its values.

What a column of the table is made of, whole numbers or others, depends on all cells that are in it. So what is kept for
some cells must say for each value what it was in JSON: the column `loss.wa` has its integers in `loss.wa:int`, the
others in `loss.wa:float`, and so on; `loss.wa:null` is true where a cell has the name without a value.
"""

import json
import math
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gls_sweep.results.rows import Row

ARROW = {"int": pa.int64(), "float": pa.float64(), "bool": pa.bool_(), "str": pa.string(), "null": pa.bool_()}
TEXTS = ("signature", "status", "error", "git_commit", "labels_hash", ".phase", ".estimator")
WHOLE_NUMBERS = (".epoch", "num_classes")
CHUNK = 4096  # rows turned into columns at a time: as Python objects all of them would take several times the memory
NOTHING = pa.table({"signature:str": pa.array([], pa.string())})
Kinds = Mapping[str, pa.ChunkedArray]


def as_columns(rows: Iterable[Row]) -> pa.Table:
    """Turn rows into columns by name and type."""
    rows, chunks = iter(rows), []
    while chunk := list(islice(rows, CHUNK)):
        names = {(name, _kind(value)) for row in chunk for name, value in row.items()}
        chunks.append(pa.table({f"{name}:{kind}": _column(chunk, name, kind) for name, kind in names}))
    return concat(chunks)


def concat(tables: Iterable[pa.Table]) -> pa.Table:
    """Put the rows of several tables one after the other; what one lacks is missing there."""
    columns = [table for table in tables if table.num_rows]
    return pa.concat_tables(columns, promote_options="default") if columns else NOTHING


def names_of(columns: pa.Table) -> set[str]:
    """Give the names that at least one row has, with a value or without."""
    return {name.rpartition(":")[0] for name in columns.column_names if columns[name].null_count < len(columns)}


def as_frame(columns: pa.Table, names: Iterable[str]) -> pd.DataFrame:
    """Make a table of these names, each column of the type that follows from its values."""
    return pd.DataFrame({name: _series(name, _kinds(columns, name), len(columns)) for name in names})


def of_type(columns: pa.Table, name: str, kind: str) -> pa.ChunkedArray:
    """Give the values of a name that have one JSON type; missing where a row has none."""
    column = f"{name}:{kind}"
    if column in columns.column_names:
        return columns[column]
    return pa.chunked_array([pa.nulls(len(columns), ARROW[kind])])


def _kind(value: Any) -> str:
    return "null" if value is None else type(value).__name__


def _column(rows: list[Row], name: str, kind: str) -> pa.Array:
    if kind == "null":
        return pa.array([True if name in row and row[name] is None else None for row in rows], ARROW[kind])
    values = (row.get(name) for row in rows)
    return pa.array([value if _kind(value) == kind else None for value in values], ARROW[kind])


def _kinds(columns: pa.Table, name: str) -> Kinds:
    """Give the columns of a name by type, those without any value left out."""
    kinds = {kind: columns[f"{name}:{kind}"] for kind in ARROW if f"{name}:{kind}" in columns.column_names}
    return {kind: own for kind, own in kinds.items() if kind != "null" and own.null_count < len(columns)}


def _series(name: str, kinds: Kinds, length: int) -> "pd.Series[Any]":
    """Make a column of the table from its types' columns, or from its name where all values are missing."""
    if name == "time.finished":
        return pd.to_datetime(_joined(kinds, pa.string(), length), utc=True, format="ISO8601")
    if "str" in kinds or name.endswith(TEXTS):
        return _joined(kinds, pa.string(), length)
    if set(kinds) == {"bool"}:
        return _joined(kinds, pa.bool_(), length)
    if set(kinds) == {"int"} or (name.endswith(WHOLE_NUMBERS) and not kinds):
        return _joined(kinds, pa.int64(), length)
    return _joined(kinds, pa.float64(), length)


def _joined(kinds: Kinds, kind: pa.DataType, length: int) -> "pd.Series[Any]":
    """Put the values of all types into one column; as text they are what JSON writes."""
    cast = [_dumped(own) if kind == pa.string() else own.cast(kind, safe=False) for own in kinds.values()]
    joined = pc.coalesce(pa.chunked_array([pa.nulls(length, kind)]), *cast)
    series: pd.Series[Any] = joined.to_pandas(types_mapper=to_pandas)
    return series


def to_pandas(kind: pa.DataType) -> Any:
    """Give the type of a pandas column that has missing values."""
    types = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype(), pa.string(): pd.StringDtype(na_value=math.nan)}
    return types.get(kind)


def _dumped(values: pa.ChunkedArray) -> pa.ChunkedArray:
    if values.type == pa.string():
        return values
    texts = [None if value is None else json.dumps(value) for value in values.to_pylist()]
    return pa.chunked_array([texts], pa.string())
