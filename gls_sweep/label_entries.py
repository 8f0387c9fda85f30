"""Reads files of labels as named entries. The files are not trusted: nothing in them is ever run."""

import csv
import json
import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gls_sweep.errors import UserError

Entries = dict[str, Any]
"""Arrays, tensors or lists by their names, as they stand in the file: unchecked."""

UNNAMED = ""
"""The name of the only entry of a file that has no names."""


def read_entries(path: Path, key: str) -> Entries:
    """Read what a file holds.

    Parameters
    ----------
    path
        ``.npy``: one array. ``.csv``: columns separated by commas, with a header or, for one column, without.
        ``.json``: a list, or an object with lists. ``.pt``, as ``torch.save`` writes it: a tensor, an array or a list,
        or a dict with some.
    key
        The key that names the file, for messages.

    Raises
    ------
    UserError
        Another kind of file, one that cannot be read, or a ``.npy`` or ``.pt`` file that holds other objects.
    """
    read = READERS.get(path.suffix.lower())
    if read is None:
        raise UserError(f"{key}={path}: must end in {', '.join(READERS)}")
    try:
        return read(path)
    except UserError:
        raise
    except Exception as error:  # what a parser raises on foreign bytes may be anything
        raise UserError(f"{key}={path}: cannot be read as {path.suffix} ({_reason(error)})") from error


def _read_npy(path: Path) -> Entries:
    return {UNNAMED: load_npy(path)}


def load_npy(path: Path) -> npt.NDArray[Any]:
    """Read one array of plain values; not `np.load`, which also opens archives and pickles by what they begin with."""
    with path.open("rb") as stream:
        return np.lib.format.read_array(stream, allow_pickle=False)


def _read_csv(path: Path) -> Entries:
    with path.open(newline="", encoding="utf-8-sig") as stream:
        rows = [row for row in csv.reader(stream) if row]
    if not rows:
        raise ValueError("the file is empty")
    uneven = next((number for number, row in enumerate(rows) if len(row) != len(rows[0])), None)
    if uneven is not None:
        raise ValueError(f"row {uneven} has {len(rows[uneven])} cells, row 0 has {len(rows[0])}")
    if not all(_is_number(cell) for cell in rows[0]):
        return _named(rows[0], rows[1:])
    if len(rows[0]) > 1:
        raise ValueError(f"{len(rows[0])} columns need a header, so that one can be named")
    return {UNNAMED: [row[0] for row in rows]}


def _named(header: list[str], rows: list[list[str]]) -> Entries:
    if len(set(header)) < len(header):
        raise ValueError("two columns have the same name")
    return {name: [row[column] for row in rows] for column, name in enumerate(header)}


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _read_json(path: Path) -> Entries:
    content = json.loads(path.read_text(encoding="utf-8-sig"))
    return _entries(content, list)


def _read_pt(path: Path) -> Entries:
    import torch

    with torch.serialization.safe_globals(_numpy_types()), warnings.catch_warnings(action="ignore"):
        content = torch.load(path, map_location="cpu", weights_only=True)
    return _entries(content, (torch.Tensor, np.ndarray, list))


def _numpy_types() -> list[Any]:
    """List what a pickled array of numbers is made of; `torch.load` lets nothing else in but its own."""
    rebuild: Any = np.empty(0).__reduce__()[0]
    # NumPy 1 and NumPy 2 write the same function under different names.
    names = [f"numpy.{core}.multiarray._reconstruct" for core in ("core", "_core")]
    dtypes = {type(np.dtype(code)) for code in np.typecodes["AllInteger"] + np.typecodes["Float"] + "?"}
    return [*((rebuild, name) for name in names), np.ndarray, np.dtype, *dtypes]


def _entries(content: Any, kinds: type | tuple[type, ...]) -> Entries:
    """Take one array, or those of a dict's entries that are arrays."""
    if isinstance(content, kinds):
        return {UNNAMED: content}
    if isinstance(content, dict):
        return {str(name): value for name, value in content.items() if isinstance(value, kinds)}
    raise ValueError(f"it holds {type(content).__name__}, not labels")


def _reason(error: Exception) -> str:
    if "weights_only" in str(error):  # torch's own advice is to trust the file
        refused = re.search(r"GLOBAL (\S+)", str(error))
        found = f"it holds {refused[1]}, which might run code" if refused else "it is damaged, or holds other objects"
        return f"{found}; only tensors, arrays and lists of numbers are read"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return " ".join(str(error).split())[:200] or type(error).__name__


READERS: dict[str, Callable[[Path], Entries]] = {
    ".npy": _read_npy,
    ".csv": _read_csv,
    ".json": _read_json,
    ".pt": _read_pt,
}
