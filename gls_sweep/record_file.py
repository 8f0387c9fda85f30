"""The file of a cell's record, as those who write and those who read it agree on it."""

import json
from pathlib import Path
from typing import Any

from gls_sweep.files import checksum

FORMAT = 1  # raise it when a reader of today's records could not read tomorrow's


def read_record(path: Path) -> dict[str, Any] | None:
    """Read a record of any format; None where there is none, or it is cut off or changed."""
    try:
        record: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    whole = isinstance(record, dict) and record.get("checksum") == checksum(record)
    return record if whole else None
