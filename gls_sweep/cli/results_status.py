"""How a sweep is: its cells by status, the packs under way, jobs that ended early, the time left."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from gls_sweep.cli.table_options import add_folder
from gls_sweep.errors import UserError

if TYPE_CHECKING:
    from gls_sweep.sweep.disk.store import Store
    from gls_sweep.sweep.overview import Overview

OFTEN = 2.0  # seconds between two looks
NAME, HELP = "status", "show how a sweep is, from any machine that sees its folder"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `status`."""
    add_folder(parser)
    parser.add_argument("--watch", action="store_true", help="look again until nothing runs or waits any more")


def run(words: argparse.Namespace) -> int:
    """Print how a sweep is."""
    from rich.console import Console

    from gls_sweep.sweep.disk.store import Store
    from gls_sweep.sweep.display import draw_packs
    from gls_sweep.sweep.overview import overview

    store = Store(Path(words.folder))
    if not any((store.folder / name).exists() for name in ("planned.json", "cells", "jobs", "lock")):
        raise UserError(f"folder={words.folder}: there is no sweep; give the folder of one, results/NAME")
    console = Console()
    seen = watch(store) if words.watch else overview(store)
    for line in told(store.folder, seen):  # a line for a person is one line, however narrow the terminal
        console.print(line, soft_wrap=True, markup=False, highlight=False)
    if seen.packs:
        console.print(draw_packs(seen))
    return 0


def watch(store: Store) -> Overview:
    """Show how a sweep is until nobody is at it any more."""
    from rich.console import Group

    from gls_sweep.sweep.display import Display, draw, tell
    from gls_sweep.sweep.overview import overview

    name = str(store.folder)
    with Display(sys.stdout, say=print) as display:
        while is_under_way(seen := overview(store)):
            note = [] if seen.packs else [waits_for(seen)]
            display.show(Group(draw(name, seen), *note), ", ".join([tell(name, seen), *note]))
            time.sleep(OFTEN)
    return seen


def waits_for(seen: Overview) -> str:
    """Say what goes on while no pack is under way."""
    return "the sweep looks at data, or makes figures" if seen.at_work else "jobs wait for their turn"


def is_under_way(seen: Overview) -> bool:
    """Whether there is anything to wait for."""
    return seen.at_work or bool(seen.cells["running"] or seen.cells["queued"])


def told(folder: Path, seen: Overview) -> list[str]:
    """Say in lines how a sweep is."""
    from gls_sweep.sweep.display import clock

    counts = ", ".join(f"{count} {name}" for name, count in seen.cells.items())
    lines = [f"{folder}: {sum(seen.cells.values())} cells", counts]
    if seen.seconds_left is not None:
        lines.append(f"about {clock(seen.seconds_left)} left at this pace")
    lines += [f"undone: {reason}" for reason in seen.ended]
    if seen.at_work:
        return [*lines, "a sweep is at work here"]
    missing = seen.cells["missing"] + seen.cells["failed"]
    return [*lines, "nobody is at what is missing; the sweep's command goes on"] if missing else lines
