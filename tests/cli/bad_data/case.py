"""What one row of a table of bad data says, and short ways to write its files."""

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import torch
from PIL import Image

Write = Callable[[Path], object]


@dataclass(frozen=True)
class Case:
    """The words of a command, what its one line says, and the files it finds; `{folder}` in the words is theirs."""

    words: str
    says: list[str] = field(default_factory=list)
    files: Mapping[str, Write] = field(default_factory=dict)


def raw(content: bytes | str) -> Write:
    return lambda path: path.write_bytes(content.encode() if isinstance(content, str) else content)


def npy(array: Any, **options: Any) -> Write:
    return lambda path: np.save(path, array, **options)


def as_json(content: Any) -> Write:
    return lambda path: path.write_text(json.dumps(content))


def pt(content: Any, **options: Any) -> Write:
    return lambda path: torch.save(content, path, **options)


def column(labels: Any, header: str | None = None) -> Write:
    return raw("\n".join([*([header] if header else []), *map(str, labels)]) + "\n")


def parquet(images: list[bytes | None], labels: Any) -> Write:
    kind = pa.struct({"bytes": pa.binary(), "path": pa.string()})
    cells = pa.array([None if image is None else {"bytes": image, "path": None} for image in images], kind)
    return lambda path: pq.write_table(pa.table({"img": cells, "label": labels}), path)


def png(size: int = 8, value: int = 0) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.full((size, size), value, np.uint8)).save(buffer, format="png")
    return buffer.getvalue()
