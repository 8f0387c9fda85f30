"""Follows the cells that a command has asked for, by their records and the packs' heartbeats."""

import logging
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any

from gls_sweep.record_file import DONE, is_current, read_record
from gls_sweep.sweep.disk.store import Store
from gls_sweep.sweep.display import Display, counted, draw, tell
from gls_sweep.sweep.plan.cells import Cell
from gls_sweep.sweep.seen import Seen, advance, packs_under_way

log = logging.getLogger(__name__)
INTERVAL = 0.5  # seconds between two looks
THOROUGH = 10.0  # seconds between two looks for records of cells whose pack was never seen


class Progress:
    """Shows how far cells are: none of them done at the start.

    Attributes
    ----------
    left : dict of str to Cell
        Cells without a record at the last look, by signature.
    """

    def __init__(self, store: Store, cells: Sequence[Cell]) -> None:
        self._store, self.left = store, {cell.signature: cell for cell in cells}
        self._epochs = sum(cell.epochs for cell in self.left.values())
        # Records of cells that are trained again.
        self._outdated = {name: at for name in self.left if (at := self._written(name)) and self._is_old(name)}
        self._statuses: Counter[str] = Counter()
        self._reached: dict[str, int] = {}  # the most epochs that each cell has had: shared ones train ahead, then wait
        self._likely: set[str] = set()  # cells that were in a pack at the last look
        self._pace: float | None = None
        self._started = self._thorough = time.monotonic()
        self._looked = 0.0
        self._display = Display()

    def __enter__(self) -> "Progress":
        self._display.__enter__()
        self.update()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._display.__exit__()
        self._find_records(list(self.left))
        log.info("%s: %s in %.0f s", self._store.folder, counted(self._seen()), time.monotonic() - self._started)

    def update(self) -> None:
        """Look at the disk, unless that was just now, and show what is there."""
        now = time.monotonic()
        if now - self._looked < INTERVAL:
            return
        self._looked = now
        seen = self._seen()
        name = str(self._store.folder)
        self._display.show(draw(name, seen, now - self._started), tell(name, seen))

    def _seen(self) -> Seen:
        packs = [beat for beat in packs_under_way(self._store) if not self.left.keys().isdisjoint(beat["cells"])]
        running = {name for beat in packs for name in beat["cells"] if name in self.left}
        self._find_records(self._due() | self._likely | running)
        self._likely = running = running & self.left.keys()
        self._pace = advance(packs, running)[1] or self._pace  # between two packs the last one known
        cells = {status: self._statuses[status] for status in ("finished", "diverged", "failed")}
        cells |= {"running": len(running), "waiting": len(self.left) - len(running)}
        return Seen(cells, self._epochs_done(packs), self._epochs, packs, self._pace)

    def _epochs_done(self, packs: Sequence[Mapping[str, Any]]) -> int:
        for beat in packs:
            for name in beat["cells"]:
                self._reached[name] = max(self._reached.get(name, 0), beat["epochs_done"])
        left = sum(cell.epochs - self._reached.get(name, 0) for name, cell in self.left.items())
        return self._epochs - left

    def _due(self) -> set[str]:
        """Give all cells from time to time: some are trained between two looks, some by another command."""
        if time.monotonic() - self._thorough < THOROUGH:
            return set()
        self._thorough = time.monotonic()
        return set(self.left)

    def _find_records(self, names: Iterable[str]) -> None:
        for name in [name for name in names if name in self.left]:
            if self._written(name) not in (None, self._outdated.get(name)):
                record = read_record(self._store.record(name)) or {"status": "failed"}
                self._statuses[record["status"]] += 1
                del self.left[name]

    def _is_old(self, name: str) -> bool:
        """Whether a record is of an earlier failure, of other code, or damaged."""
        record = read_record(self._store.record(name))
        return record is None or not is_current(record) or record["status"] not in DONE

    def _written(self, name: str) -> int | None:
        """Give the time of a record's last change, in ns."""
        try:
            return self._store.record(name).stat().st_mtime_ns
        except OSError:
            return None
