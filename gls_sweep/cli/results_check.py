"""Read every file of every cell, and list those that are damaged; exit status 1 if there are any."""

import argparse
from pathlib import Path

from gls_sweep.cli.table_options import add_folder
from gls_sweep.errors import UserError

NAME, HELP = "check", "read every file of every cell, list those that are damaged"


def add_options(command: argparse.ArgumentParser) -> None:
    """Add what the command can be told."""
    add_folder(command)


def run(words: argparse.Namespace) -> int:
    """Print each damaged file, then how many."""
    from gls_sweep.results.check import find_damaged
    from gls_sweep.results.records import find_records, nothing_there

    folder = Path(words.folder)
    cells = find_records(folder)
    if not cells:
        raise UserError(nothing_there(folder))
    damaged = 0
    for path in find_damaged(folder, cells):
        print(f"{path}: is gone, cut off or changed")
        damaged += 1
    if damaged:
        # The index may know these cells as whole, if the times of their files did not change.
        (folder / "index.parquet").unlink(missing_ok=True)
    told = "; the next run of the sweep trains their cells again" if damaged else ""
    print(f"{len(cells)} cells checked, {damaged} files damaged{told}")
    return min(damaged, 1)
