"""Print the table of all cells as the end of the sweep does."""

import argparse
from pathlib import Path

NAME, HELP = "table", "print the table of all cells"


def add_options(command: argparse.ArgumentParser) -> None:
    """Add what the command can be told."""
    command.add_argument(
        "--other-versions",
        choices=["drop", "keep"],
        default="drop",
        help="records of other versions of gls_sweep: leave them out (drop), or show them apart (keep)",
    )


def run(words: argparse.Namespace) -> int:
    """Print it."""
    from gls_sweep.cli.show import show_table
    from gls_sweep.results.table import load

    loaded = load(Path(words.folder), None, words.other_versions)
    show_table(loaded.table, loaded.left_out)
    return 0
