"""What commands on tables have in common: the sweeps they read, and which of their cells."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gls_sweep.results.table import Loaded


def add_folder(command: argparse.ArgumentParser) -> None:
    """Add the sweep that a command looks at."""
    command.add_argument("folder", metavar="FOLDER", help="a sweep's folder, results/NAME")


def add_table_options(command: argparse.ArgumentParser) -> None:
    """Add the sweeps, one or several to compare, and the choice of cells."""
    command.add_argument("folders", metavar="FOLDER", nargs="+", help="a sweep's folder, results/NAME, or several")
    add_filter(
        command, "only cells with this value, or one of these, loss.smooth_rate=0,-2 for example; may be repeated"
    )
    command.add_argument(
        "--other-versions",
        choices=["drop", "keep"],
        default="drop",
        help="records of other versions of gls_sweep: leave them out (drop), or show them apart (keep)",
    )


def add_filter(command: argparse.ArgumentParser, text: str) -> None:
    """Add the choice of cells."""
    command.add_argument("--filter", metavar="KEY=VALUE", action="append", default=[], help=text)


def load_chosen(words: argparse.Namespace) -> Loaded:
    """Load what `add_table_options` asked for."""
    from gls_sweep.results.selection import select
    from gls_sweep.results.several import load_sweeps
    from gls_sweep.results.table import Loaded

    loaded = load_sweeps(words.folders, words.other_versions)
    return Loaded(select(loaded.table, words.filter), loaded.left_out)
