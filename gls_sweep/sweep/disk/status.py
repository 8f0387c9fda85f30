"""Which cells are done, without torch."""

import logging
from collections.abc import Iterable
from typing import Literal

from gls_sweep.record_file import DONE, damaged_files, is_current, read_record
from gls_sweep.sweep.disk.store import Store

log = logging.getLogger(__name__)


def is_done(store: Store, signature: str) -> bool:
    """Whether a cell has trained to its end and all its files are as they were written; reads every file of it."""
    return not _undone(store, [signature])


def undone(store: Store, signatures: Iterable[str]) -> list[str]:
    """Give those of many cells that are not done, in order.

    Cells whose files have not changed, by their sizes and times, since the index of the sweep was written are not read
    again; the others are, as by `is_done`. What the stamps cannot see is told at `trusted`; `gls-results check` reads
    every file.
    """
    from gls_sweep.results.gather import trusted  # imports pandas

    asked = list(dict.fromkeys(signatures))
    known = trusted(store.folder, asked)
    return _undone(store, [signature for signature in asked if signature not in known])


def _undone(store: Store, signatures: list[str]) -> list[str]:
    states = {signature: _state(store, signature) for signature in signatures}
    if others := list(states.values()).count("of another version"):
        log.warning("%s: %d cells are of another version of gls_sweep; they are trained again", store.folder, others)
    return [signature for signature, state in states.items() if state != "done"]


def _state(store: Store, signature: str) -> Literal["done", "not done", "of another version"]:
    """Look at a cell's record and files, and report those that are damaged."""
    path = store.record(signature)
    if not path.exists():
        return "not done"
    record = read_record(path)
    if record is None:
        log.warning("%s: is cut off or changed; the cell is trained again", path)
        return "not done"
    if not is_current(record):
        return "of another version"
    if record["status"] not in DONE:
        return "not done"
    damaged = damaged_files(path.parent, record)
    for name in damaged:
        log.warning("%s: is gone, cut off or changed; the cell is trained again", path.parent / name)
    return "not done" if damaged else "done"
