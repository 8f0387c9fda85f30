"""Rows as columns, in a form that loses nothing: a column for each name and each JSON type of its values.

What a column of the table is made of, whole numbers or others, depends on all cells that are in it. So what is kept for
some cells must say for each value what it was in JSON: the column `loss.wa` has its integers in `loss.wa:int`, the
others in `loss.wa:float`, and so on; `loss.wa:null` is true where a cell has the name without a value.
"""

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gls_sweep.results.rows import Row

ARROW = {"int": pa.int64(), "float": pa.float64(), "bool": pa.bool_(), "str": pa.string(), "null": pa.bool_()}
TIME = "time.finished"
TEXTS = ("signature", "status", "error", "git_commit", "labels_hash", ".phase", ".estimator", TIME)
WHOLE_NUMBERS = (".epoch", "num_classes")
CHUNK = 4096  # rows turned into columns at a time: as Python objects all of them would take several times the memory
NOTHING = pa.table({"signature:str": pa.array([], pa.string())})
Kinds = Mapping[str, pa.ChunkedArray]


def as_columns(rows: Iterable[Row]) -> pa.Table:
    """Turn rows into columns by name and type."""
    rows, chunks = iter(rows), []
    while chunk := list(islice(rows, CHUNK)):
        chunks.append(_columns(chunk))
    return concat(chunks)


def _columns(rows: list[Row]) -> pa.Table:
    values: defaultdict[tuple[str, str], list[Any]] = defaultdict(lambda: [None] * len(rows))
    for i, row in enumerate(rows):
        for name, value in row.items():
            values[name, _kind(value)][i] = True if value is None else value
    return pa.table({f"{name}:{kind}": pa.array(own, ARROW[kind]) for (name, kind), own in values.items()})


def concat(tables: Iterable[pa.Table]) -> pa.Table:
    """Put the rows of several tables one after the other; what one lacks is missing there."""
    columns = [table for table in tables if table.num_rows]
    return pa.concat_tables(columns, promote_options="default") if columns else NOTHING


def names_of(columns: pa.Table) -> set[str]:
    """Give the names that at least one row has, with a value or without."""
    return {name.rpartition(":")[0] for name in columns.column_names if columns[name].null_count < len(columns)}


def as_frame(columns: pa.Table, names: Iterable[str]) -> pd.DataFrame:
    """Make a table of these names, each column of the type that follows from its values."""
    kinds, length = _kinds(columns), len(columns)
    joined = pa.table({name: _joined(name, kinds[name], length) for name in names})
    frame: pd.DataFrame = joined.to_pandas(types_mapper=to_pandas)  # at once: a column by itself takes half a ms
    if TIME in frame:
        frame[TIME] = pd.to_datetime(frame[TIME], utc=True, format="ISO8601")
    return frame


def of_type(columns: pa.Table, name: str, kind: str) -> pa.ChunkedArray:
    """Give the values of a name that have one JSON type; missing where a row has none."""
    column = f"{name}:{kind}"
    if column in columns.column_names:
        return columns[column]
    return pa.chunked_array([pa.nulls(len(columns), ARROW[kind])])


def _kind(value: Any) -> str:
    return "null" if value is None else type(value).__name__


def _kinds(columns: pa.Table) -> Mapping[str, Kinds]:
    """Give the columns of each name by type, those without any value left out."""
    kinds: defaultdict[str, dict[str, pa.ChunkedArray]] = defaultdict(dict)
    for column, own in zip(columns.column_names, columns.columns, strict=True):
        name, _, kind = column.rpartition(":")
        if kind != "null" and own.null_count < len(columns):
            kinds[name][kind] = own
    return kinds


def _type(name: str, kinds: Kinds) -> pa.DataType:
    """Say of what type a column of the table is, by its types' columns, or by its name where all values are missing."""
    if "str" in kinds or name.endswith(TEXTS):
        return pa.string()
    if set(kinds) == {"bool"}:
        return pa.bool_()
    if set(kinds) == {"int"} or (name.endswith(WHOLE_NUMBERS) and not kinds):
        return pa.int64()
    return pa.float64()


def _joined(name: str, kinds: Kinds, length: int) -> pa.ChunkedArray:
    """Put the values of all types into one column; as text they are what JSON writes."""
    kind = _type(name, kinds)
    cast = [_dumped(own) if kind == pa.string() else own.cast(kind, safe=False) for own in kinds.values()]
    return pc.coalesce(*cast) if cast else pa.chunked_array([pa.nulls(length, kind)])


def to_pandas(kind: pa.DataType) -> Any:
    """Give the type of a pandas column that has missing values."""
    types = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype(), pa.string(): pd.StringDtype(na_value=math.nan)}
    return types.get(kind)


def _dumped(values: pa.ChunkedArray) -> pa.ChunkedArray:
    if values.type == pa.string():
        return values
    texts = [None if value is None else json.dumps(value) for value in values.to_pylist()]
    return pa.chunked_array([texts], pa.string())
