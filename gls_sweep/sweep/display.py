"""The one display of a sweep: drawn anew in its place on a terminal, plain lines elsewhere."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TextIO

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from gls_sweep.sweep.seen import Seen

LINE_INTERVAL = 10.0  # seconds between plain lines
ROWS = 8  # packs shown at most
HOST = 20  # letters of a host's name
SILENT = 60.0  # seconds without a heartbeat after which a pack's age is worth a word


class Display:
    """Shows how far something is.

    Parameters
    ----------
    stream : TextIO or None
        Where to draw; standard error when None.
    say : callable or None
        Takes a line where `stream` is no terminal; a log message when None.
    """

    def __init__(self, stream: TextIO | None = None, say: Callable[[str], None] | None = None) -> None:
        self._stream = stream or sys.stderr
        self._say = say or logging.getLogger(__name__).info
        console = Console(file=self._stream)
        # Asked of the stream itself: environment variables can make rich draw into files.
        drawn = self._stream.isatty() and not console.is_dumb_terminal
        self._live = Live(console=console, auto_refresh=False, transient=True) if drawn else None
        self._last_line = time.monotonic()

    def __enter__(self) -> Display:
        if self._live:
            before = sys.stderr
            self._live.start()
            hand_over(before, sys.stderr)  # messages then appear above what is drawn
        return self

    def __exit__(self, *_: object) -> None:
        if self._live:
            before = sys.stderr
            self._live.stop()
            hand_over(before, sys.stderr)

    def show(self, drawing: RenderableType, line: str) -> None:
        """Draw what there is, or say it in a line where the last one was some seconds ago."""
        if self._live:
            self._live.update(drawing, refresh=True)
        elif time.monotonic() - self._last_line >= LINE_INTERVAL:
            self._last_line = time.monotonic()
            self._say(line)


def hand_over(before: TextIO, after: TextIO) -> None:
    """Have log messages that went to one stream go to another."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler) and handler.stream is before:
            handler.setStream(after)


def looking(done: int, combinations: int) -> tuple[RenderableType, str]:
    """Say how far the look at the data is, before anything trains."""
    line = f"looking at data, labels and models: {done} of {combinations} combinations"
    return cut(line), line


def tell(name: str, seen: Seen) -> str:
    """Say in a line how far a sweep is."""
    parts = [f"{name}: {counted(seen)}", f"{seen.epochs_done}/{seen.epochs} epochs", *paces(seen)]
    return ", ".join([*parts, f"{len(seen.packs)} packs under way"])


def draw(name: str, seen: Seen, seconds: float | None = None) -> RenderableType:
    """Draw how far a sweep is: its cells, a bar of its epochs, the packs under way.

    Parameters
    ----------
    name
        The sweep's folder.
    seconds
        How long it has been watched.
    """
    bar = Table.grid(padding=(0, 1), expand=True)
    bar.add_column(ratio=1)
    bar.add_column(no_wrap=True)
    bar.add_row(ProgressBar(max(seen.epochs, 1), seen.epochs_done), f"{seen.epochs_done}/{seen.epochs} epochs")
    elapsed = [] if seconds is None else [f"{clock(seconds)} elapsed"]
    times = ", ".join([*elapsed, *paces(seen)])
    lines: list[RenderableType] = [cut(f"{name}: {counted(seen)}"), bar, *([cut(times)] if times else [])]
    return Group(*lines, draw_packs(seen)) if seen.packs else Group(*lines)


def draw_packs(seen: Seen) -> RenderableType:
    """Lay out the packs under way, the first few where there are many."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for title in ("host", "job or process", "cells", "phase", "epoch", "of all"):
        table.add_column(title, no_wrap=True, max_width=HOST if title == "host" else None)
    for beat in seen.packs[:ROWS]:
        where = [beat["host"], beat["job"] or str(beat["pid"]), str(len(beat["cells"]))]
        silent = f" (silent for {beat['age']:.0f} s)" if beat["age"] > SILENT else ""
        table.add_row(*where, beat["phase"], str(beat["epoch"]), f"{beat['epochs_done']}/{beat['epochs']}{silent}")
    rest = len(seen.packs) - ROWS
    return Group(table, f"and {rest} packs more") if rest > 0 else table


def counted(seen: Seen) -> str:
    """Count the cells by status, those without any left out."""
    counts = ", ".join(f"{count} {status}" for status, count in seen.cells.items() if count)
    return f"{sum(seen.cells.values())} cells" + (f", {counts}" if counts else "")


def paces(seen: Seen) -> list[str]:
    """Say how fast it goes and how long it takes, where that is known."""
    if seen.pace is None or seen.seconds_left is None:
        return []
    pace = f"{seen.pace:.3g}" if seen.pace < 100 else f"{seen.pace:.0f}"
    return [f"{pace} epochs/s", f"about {clock(seen.seconds_left)} left"]


def clock(seconds: float) -> str:
    """Give a duration as hours, minutes and seconds."""
    return str(timedelta(seconds=round(seconds)))


def cut(line: str) -> Text:
    """Keep a line on one line, however narrow the terminal."""
    return Text(line, no_wrap=True, overflow="ellipsis")
