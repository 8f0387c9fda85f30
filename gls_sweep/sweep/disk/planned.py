"""The cells that anybody has asked a sweep for, so that it can be told which are missing."""

import json
from collections.abc import Sequence

from gls_sweep.files import write_json
from gls_sweep.sweep.disk.store import PLANNING, Store
from gls_sweep.sweep.plan.cells import Cell


def note_planned(store: Store, cells: Sequence[Cell]) -> None:
    """Add cells to the list in `planned.json`: each signature with the epochs of its training."""
    asked = {cell.signature: cell.epochs for cell in cells}
    if asked.keys() <= read_planned(store).keys():
        return
    with store.locked([PLANNING]):
        write_json(store.folder / "planned.json", read_planned(store) | asked)


def read_planned(store: Store) -> dict[str, int]:
    """Read the list; empty where nothing was noted, or the file is damaged: it is told again by the next sweep."""
    try:
        planned = json.loads((store.folder / "planned.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return planned if isinstance(planned, dict) else {}
