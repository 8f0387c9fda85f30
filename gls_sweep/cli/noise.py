"""`gls-noise`: makes noisy labels without training, shows them, and writes them to files."""

import argparse

from gls_sweep.cli import noise_export, noise_make, noise_show
from gls_sweep.cli.command import Parser, make_parser, run

COMMANDS = (noise_make, noise_show, noise_export)


def main() -> None:
    """Run the command."""
    run(parse())


def parser() -> Parser:
    """Make the parser of all its subcommands."""
    return make_parser("gls-noise", "Make noisy labels without training, look at them, share them.", COMMANDS)


def parse() -> argparse.Namespace:
    """Read the command line; `argparse` by itself takes no overrides behind an option that stands behind FILE."""
    words, rest = parser().parse_known_args()
    if "overrides" not in words or any(word.startswith("-") for word in rest):
        parser().parse_args()  # tells of what is too much
    else:
        words.overrides += rest
    return words
