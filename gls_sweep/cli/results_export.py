"""Write the table of all cells to a file for other programs, one row a cell; or all epochs, one row an epoch."""

import argparse
from pathlib import Path

from gls_sweep.cli.table_options import add_table_options, load_chosen

NAME, HELP = "export", "write the table, or all epochs of all cells, to .csv, .parquet, .json or .jsonl"


def add_options(command: argparse.ArgumentParser) -> None:
    """Add what the command can be told."""
    add_table_options(command)
    command.add_argument("--out", metavar="FILE", required=True, help="ends in .csv, .parquet, .json or .jsonl")
    command.add_argument("--histories", action="store_true", help="one row an epoch, not one a cell")


def run(words: argparse.Namespace) -> int:
    """Write the file."""
    from gls_sweep.results.export import all_histories, require_ending, write_rows

    path = Path(words.out).expanduser()
    require_ending(path)
    loaded = load_chosen(words)
    frame = all_histories([Path(folder) for folder in words.folders], loaded.table) if words.histories else loaded.table
    print(f"written: {write_rows(frame, path)}, {len(frame)} {'epochs' if words.histories else 'cells'}")
    if loaded.left_out:
        print(loaded.left_out)
    return 0
