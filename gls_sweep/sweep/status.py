"""Reads back what the records say, without torch."""

import json
from pathlib import Path
from typing import Any

from gls_sweep.sweep.store import Store

DONE = ("finished", "diverged")


def read_record(path: Path) -> dict[str, Any] | None:
    """Read a record; None where there is none, or it is not one."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) else None


def is_done(store: Store, signature: str) -> bool:
    """Whether a cell has trained to its end; a failed one has not."""
    record = read_record(store.record(signature))
    return record is not None and record.get("status") in DONE
