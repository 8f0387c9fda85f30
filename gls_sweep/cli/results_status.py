"""How a sweep is: its cells by status, the packs under way, jobs that ended early, the time left."""

from __future__ import annotations

import argparse
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from gls_sweep.errors import UserError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from gls_sweep.sweep.disk.store import Store
    from gls_sweep.sweep.overview import Overview

OFTEN, SELDOM = 2.0, 10.0  # seconds between two looks, on a terminal and elsewhere
NAME, HELP = "status", "show how a sweep is, from any machine that sees its folder"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `status`."""
    parser.add_argument("--watch", action="store_true", help="look again until nothing runs or waits any more")


def run(words: argparse.Namespace) -> int:
    """Print how a sweep is."""
    from rich.console import Console

    from gls_sweep.sweep.disk.store import Store
    from gls_sweep.sweep.overview import overview

    store = Store(Path(words.folder))
    if not any((store.folder / name).exists() for name in ("planned.json", "cells", "jobs", "lock")):
        raise UserError(f"folder={words.folder}: there is no sweep; give the folder of one, results/NAME")
    console = Console()
    if words.watch and console.is_terminal:
        watch(store, console)
        return 0
    show(store.folder, seen := overview(store), console)
    while words.watch and is_under_way(seen):
        time.sleep(SELDOM)
        show(store.folder, seen := overview(store), console)
    return 0


def is_under_way(seen: Overview) -> bool:
    """Whether there is anything to wait for."""
    return seen.at_work or bool(seen.cells["running"] or seen.cells["queued"])


def watch(store: Store, console: Console) -> None:
    """Keep what is shown up to date until nobody is at the sweep any more."""
    from rich.console import Group
    from rich.live import Live

    from gls_sweep.sweep.overview import overview

    with Live(console=console, auto_refresh=False) as live:
        while True:
            seen = overview(store)
            lines = Group(*told(store.folder, seen))
            live.update(Group(lines, packs_table(seen)) if seen.packs else lines, refresh=True)
            if not is_under_way(seen):
                return
            time.sleep(OFTEN)


def show(folder: Path, seen: Overview, console: Console) -> None:
    """Print what is known of a sweep; a line for a person is one line, however narrow the terminal."""
    for line in told(folder, seen):
        console.print(line, soft_wrap=True, markup=False)
    if seen.packs:
        console.print(packs_table(seen))


def told(folder: Path, seen: Overview) -> list[str]:
    """Say in lines how a sweep is."""
    counts = ", ".join(f"{count} {name}" for name, count in seen.cells.items())
    lines = [f"{folder}: {sum(seen.cells.values())} cells", counts]
    if seen.seconds_left is not None:
        lines.append(f"about {timedelta(seconds=round(seen.seconds_left))} left at this pace")
    lines += [f"undone: {reason}" for reason in seen.ended]
    if seen.at_work:
        return [*lines, "a sweep is at work here"]
    missing = seen.cells["missing"] + seen.cells["failed"]
    return [*lines, "nobody is at what is missing; the sweep's command goes on"] if missing else lines


def packs_table(seen: Overview) -> Table:
    """Lay out the packs under way."""
    from rich.table import Table

    table = Table("host", "process", "job", "cells", "phase", "epoch", "of all epochs", "heartbeat")
    for beat in seen.packs:
        where = [beat["host"], str(beat["pid"]), beat["job"] or "-", str(len(beat["cells"]))]
        progress = [beat["phase"], str(beat["epoch"]), f"{beat['epochs_done']}/{beat['epochs']}"]
        table.add_row(*where, *progress, f"{beat['age']:.0f} s ago")
    return table
