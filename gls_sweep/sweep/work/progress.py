"""One live display for a whole sweep, fed by the packs' heartbeats."""

import logging
import sys
import time
from collections.abc import Sequence
from types import TracebackType

from rich import progress as rich_progress
from rich.console import Console

from gls_sweep.sweep.disk.heartbeat import read_heartbeats
from gls_sweep.sweep.disk.store import Store
from gls_sweep.sweep.plan.cells import Cell

log = logging.getLogger(__name__)
LINE_INTERVAL = 10.0  # seconds between plain lines where there is no terminal


class Progress:
    """Cells done, epochs done and time left; plain lines where standard error is no terminal.

    Attributes
    ----------
    left : dict of str to Cell
        Cells without a record at the last look, by signature.
    """

    def __init__(self, store: Store, cells: Sequence[Cell]) -> None:
        self._store, self.left = store, {cell.signature: cell for cell in cells}
        self._cells, self._epochs = len(cells), sum(cell.epochs for cell in cells)
        self._started = self._last_line = time.monotonic()
        self._live = sys.stderr.isatty()
        self._display = rich_progress.Progress(
            rich_progress.TextColumn("cells {task.fields[cells]}"),
            rich_progress.BarColumn(),
            rich_progress.TextColumn("epochs {task.completed:.0f}/{task.total:.0f}"),
            rich_progress.TimeElapsedColumn(),
            rich_progress.TextColumn("left"),
            rich_progress.TimeRemainingColumn(),
            console=Console(stderr=True),
            disable=not self._live,
        )
        self._task = self._display.add_task("", total=self._epochs, cells=f"0/{self._cells}")

    def __enter__(self) -> "Progress":
        self._display.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.update()
        self._display.stop()
        log.info(
            "%d of %d cells in %.0f s", self._cells - len(self.left), self._cells, time.monotonic() - self._started
        )

    def update(self) -> None:
        """Look at the disk: which cells have a record, how far the packs under way are."""
        for signature in [name for name in self.left if self._store.record(name).exists()]:
            del self.left[signature]
        epochs = self._epochs - sum(cell.epochs for cell in self.left.values())
        for beat in read_heartbeats(self._store):
            epochs += beat["epochs_done"] * sum(name in self.left for name in beat["cells"])
        done = f"{self._cells - len(self.left)}/{self._cells}"
        self._display.update(self._task, completed=epochs, cells=done)
        if not self._live and time.monotonic() - self._last_line >= LINE_INTERVAL:
            self._last_line = time.monotonic()
            log.info("cells %s, epochs %d/%d", done, epochs, self._epochs)
