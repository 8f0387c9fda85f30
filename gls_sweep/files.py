"""Files that are whole or absent: written beside their place, then renamed into it."""

import hashlib
import json
import math
import os
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any


def write_atomically(path: Path, write: Callable[[Path], object]) -> Path:
    """Let `write` fill a temporary file beside `path`, rename it into place and return `path`; the folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.{owner()}.tmp")
    try:
        write(temporary)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def write_text(path: Path, text: str) -> None:
    """Write text atomically."""
    write_atomically(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))


def write_json(path: Path, content: object) -> None:
    """Write plain data atomically; NaN and infinities, which JSON does not know, become null."""
    write_text(path, json.dumps(without_nan(content), indent=1, allow_nan=False) + "\n")


def without_nan(content: Any) -> Any:
    """Replace numbers that are not finite by None."""
    if isinstance(content, dict):
        return {key: without_nan(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [without_nan(value) for value in content]
    return None if isinstance(content, float) and not math.isfinite(content) else content


def checksum(content: Mapping[str, Any]) -> str:
    """Give the SHA-256 of plain data as `write_json` would hold them, an entry `checksum` left out."""
    rest = {key: value for key, value in content.items() if key != "checksum"}
    try:
        text = json.dumps(rest, sort_keys=True, allow_nan=False)
    except ValueError:  # a file has no NaN: only what is yet to be written is copied without
        text = json.dumps(without_nan(rest), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def owner() -> str:
    """Name this process in a file's name, as `host.pid`."""
    return f"{os.uname().nodename.replace('.', '_')}.{os.getpid()}"
