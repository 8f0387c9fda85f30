"""Write a file beside its place and rename it into it, so that nobody ever reads half a file."""

import os
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4


def write_atomically(path: Path, write: Callable[[Path], object]) -> Path:
    """Have `write` fill a temporary file beside `path`, move it there and return `path`; the folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{uuid4().hex}.tmp")
    try:
        write(temporary)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    return path
