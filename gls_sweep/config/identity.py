"""What decides a cell's outcome, as plain data, and the signatures made from it."""

import functools
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from gls_sweep.config.cell import IDENTITY, CellConfig
from gls_sweep.errors import UserError, one_line

# Of the code that decides results: raise it when a change of the code changes a cell's numbers.
RESULTS_VERSION = 3


def signature(content: object) -> str:
    """Hash plain data to 16 hexadecimal digits, the same on every machine."""
    text = json.dumps([RESULTS_VERSION, content], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def identity(cell: CellConfig) -> dict[str, Any]:
    """Reduce a checked cell to what decides its outcome.

    Fields marked `ignored` (names, folders, downloads) are left out, files marked `content` are replaced by a hash of
    what is in them, folders marked `folder` by a hash of their files' names, mappings marked `ordered` keep their
    order.
    """
    return {name: plain(getattr(cell, name), name) for name in IDENTITY}


def plain(value: object, key: str) -> Any:
    """Turn nested dataclasses into plain data that JSON can hold; `key` is for messages."""
    if is_dataclass(value):
        marks = {field.name: field.metadata.get("identity") for field in fields(value)}
        kept = {name: getattr(value, name) for name, mark in marks.items() if mark != "ignored"}
        return {name: marked(item, f"{key}.{name}", marks[name]) for name, item in kept.items()}
    if isinstance(value, Mapping):
        ignored = {"name"} if "_target_" in value else set()  # an option of the user's own
        return {str(name): plain(item, f"{key}.{name}") for name, item in value.items() if name not in ignored}
    if isinstance(value, list | tuple):
        return [plain(item, key) for item in value]
    return value + 0.0 if isinstance(value, float) else value  # -0.0 is 0.0


def marked(value: object, key: str, mark: str | None) -> Any:
    """Turn a marked field into plain data: a file into its hash, an ordered mapping into pairs."""
    if mark == "word_or_content" and isinstance(value, str) and Path(value).suffix:
        mark = "content"
    if mark == "folder" and isinstance(value, str) and os.path.isdir(os.path.expanduser(value)):
        return names_hash(value)
    if mark in ("content", "folder") and isinstance(value, str):
        return file_hash(value, key)
    if mark == "ordered":
        assert isinstance(value, Mapping)
        return [[name, plain(item, f"{key}.{name}")] for name, item in value.items()]
    return plain(value, key)


@functools.lru_cache(maxsize=64)
def file_hash(path: str, key: str) -> str:
    """Hash the content of the file that a key names.

    Raises
    ------
    UserError
        If it cannot be read.
    """
    try:
        return "sha256:" + hashlib.sha256(Path(path).expanduser().read_bytes()).hexdigest()
    except (OSError, ValueError, RuntimeError) as error:  # a NUL in the path, a home folder that nobody has
        reason = error.strerror if isinstance(error, OSError) else error
        raise UserError(f"{key}={one_line(path)}: cannot be read ({reason}); name an existing file") from error


@functools.lru_cache(maxsize=64)
def names_hash(folder: str) -> str:
    """Hash the names of all files below a folder, relative to it: hidden files do not count, and no file is opened."""
    top = Path(folder).expanduser()
    walk = os.walk(top, followlinks=True)
    names = (Path(place, name).relative_to(top).as_posix() for place, _, files in walk for name in files)
    content = json.dumps(sorted(name for name in names if not name.rpartition("/")[2].startswith(".")))
    return "names:" + hashlib.sha256(content.encode()).hexdigest()
