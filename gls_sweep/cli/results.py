"""`gls-results`: looks at the results of a sweep."""

from gls_sweep.cli import (
    results_check,
    results_compare,
    results_export,
    results_plot,
    results_report,
    results_status,
    results_suspects,
    results_table,
)
from gls_sweep.cli.command import Parser, make_parser, run

COMMANDS = (
    results_table,
    results_compare,
    results_export,
    results_plot,
    results_report,
    results_suspects,
    results_status,
    results_check,
)


def main() -> None:
    """Run the command."""
    run(parser().parse_args())


def parser() -> Parser:
    """Make the parser of all its subcommands."""
    return make_parser("gls-results", "Look at the results of a sweep.", COMMANDS)
