"""`gls-results`: looks at the results of a sweep."""

import argparse

from gls_sweep.cli import results_check, results_status, results_suspects, results_table
from gls_sweep.cli.command import Parser, make_parser, run

COMMANDS = (results_table, results_suspects, results_status, results_check)


def main() -> None:
    """Run the command."""
    run(parser().parse_args())


def parser() -> Parser:
    """Make the parser of all its subcommands."""
    return make_parser("gls-results", "Look at the results of a sweep.", COMMANDS, add_folder)


def add_folder(command: argparse.ArgumentParser) -> None:
    """Add what all of them look at."""
    command.add_argument("folder", metavar="FOLDER", help="a sweep's folder, results/NAME")
