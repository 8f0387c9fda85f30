"""How a sweep is: its cells by status, the packs under way, jobs that ended early, the time left."""

from __future__ import annotations

import argparse
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from gls_sweep.errors import UserError

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table

    from gls_sweep.sweep.overview import Overview

INTERVAL = 2.0  # seconds between two looks
NAME, HELP = "status", "show how a sweep is, from any machine that sees its folder"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `status`."""
    parser.add_argument("--watch", action="store_true", help="look again until nothing runs or waits any more")


def run(words: argparse.Namespace) -> int:
    """Print how a sweep is."""
    from rich.console import Console
    from rich.live import Live

    from gls_sweep.sweep.disk.store import Store
    from gls_sweep.sweep.overview import overview

    store = Store(Path(words.folder))
    if not any((store.folder / name).exists() for name in ("planned.json", "cells", "jobs")):
        raise UserError(f"folder={words.folder}: there is no sweep; give the folder of one, results/NAME")
    console, seen = Console(), overview(store)
    if not words.watch:
        console.print(present(store.folder, seen))
        return 0
    with Live(present(store.folder, seen), console=console, auto_refresh=False) as live:
        while seen.cells["running"] or seen.cells["queued"]:
            time.sleep(INTERVAL)
            seen = overview(store)
            live.update(present(store.folder, seen), refresh=True)
    return 0


def present(folder: Path, seen: Overview) -> Group:
    """Lay out what is known of a sweep."""
    from rich.console import Group

    counts = ", ".join(f"{count} {name}" for name, count in seen.cells.items())
    lines = [f"{folder}: {sum(seen.cells.values())} cells", counts]
    if seen.seconds_left is not None:
        lines.append(f"about {timedelta(seconds=round(seen.seconds_left))} left at this pace")
    lines += [f"undone: {reason}" for reason in seen.ended]
    return Group(*lines, *([packs_table(seen)] if seen.packs else []))


def packs_table(seen: Overview) -> Table:
    """Lay out the packs under way."""
    from rich.table import Table

    table = Table("host", "process", "job", "cells", "phase", "epoch", "of all epochs", "heartbeat")
    for beat in seen.packs:
        where = [beat["host"], str(beat["pid"]), beat["job"] or "-", str(len(beat["cells"]))]
        progress = [beat["phase"], str(beat["epoch"]), f"{beat['epochs_done']}/{beat['epochs']}"]
        table.add_row(*where, *progress, f"{beat['age']:.0f} s ago")
    return table
