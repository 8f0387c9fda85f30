"""Draw noisy labels without training, and write them to a file that `noise=file` and others can read."""

import argparse
from pathlib import Path

from gls_sweep.cli.noise_cell import add_overrides, compose_cell, tell_rates, write_labels_of

NAME, HELP = "make", "draw noisy labels and write them to a file"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the file and what says which labels."""
    parser.add_argument("file", metavar="FILE", help="ends in .npy, .csv, .json or .pt, which is its format")
    add_overrides(parser)


def run(words: argparse.Namespace) -> int:
    """Write the file and tell its rates."""
    from gls_sweep.noise.label_writer import require_format

    path = Path(words.file).expanduser()
    require_format(path)
    made = write_labels_of(path, compose_cell(words))
    print(f"written: {path}; {tell_rates(made)}")
    return 0
