"""Files of tensors that tell when they are damaged: a line with a checksum and who they are about, then the content."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

from gls_sweep.files import write_atomically

STATES = "[0-9a-f]" * 16 + ".pt"  # the names of states under way


class Damaged(Exception):
    """A file is cut off or changed; the text names it."""


def write_sealed(path: Path, about: list[str], content: dict[str, Any]) -> None:
    """Write tensors and plain data atomically, with the signatures of the stages they are about."""
    import torch

    buffer = io.BytesIO()
    torch.save(content, buffer)
    body = json.dumps(about).encode() + b"\n" + buffer.getvalue()
    seal = hashlib.sha256(body).hexdigest().encode() + b"\n"
    write_atomically(path, lambda temporary: temporary.write_bytes(seal + body))


def read_about(path: Path) -> list[str]:
    """Read the signatures of the stages a file is about, without torch; raises `Damaged`."""
    about: list[str] = json.loads(_body(path).partition(b"\n")[0])
    return about


def read_sealed(path: Path) -> dict[str, Any]:
    """Read the content; nothing but tensors and plain data is ever unpickled. Raises `Damaged`."""
    import torch

    content = io.BytesIO(_body(path).partition(b"\n")[2])
    tree: dict[str, Any] = torch.load(content, weights_only=True, map_location="cpu")
    return tree


def _body(path: Path) -> bytes:
    seal, _, body = path.read_bytes().partition(b"\n")
    if hashlib.sha256(body).hexdigest().encode() != seal:
        raise Damaged(f"{path}: is cut off or changed (its checksum does not fit)")
    return body
