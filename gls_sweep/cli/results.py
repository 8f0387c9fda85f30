"""`gls-results`: looks at the results of a sweep."""

import argparse
import sys
from typing import NoReturn

from gls_sweep.cli import results_check, results_status, results_table
from gls_sweep.cli.leave import FAILURE, INTERRUPTED, USER_ERROR, leave
from gls_sweep.errors import UserError

COMMANDS = (results_table, results_status, results_check)


class Parser(argparse.ArgumentParser):
    """Tells of a mistake in one line."""

    def error(self, message: str) -> NoReturn:
        """Leave with exit status 2."""
        leave(f"{message}; see {self.prog} --help", USER_ERROR)


def main() -> None:
    """Run the command; a user's mistake is told in one line, exit status 2."""
    words = make_parser().parse_args()
    try:
        sys.exit(words.run(words))
    except UserError as error:
        leave(str(error), USER_ERROR)
    except OSError as error:
        leave(f"{error.filename or 'files'}: {error.strerror or error}", FAILURE)
    except KeyboardInterrupt:
        leave("stopped", INTERRUPTED)


def make_parser() -> Parser:
    """Make the parser: each command's module adds its own, with the function `run` that gives the exit status."""
    parser = Parser(prog="gls-results", description="Look at the results of a sweep.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for module in COMMANDS:
        command = commands.add_parser(module.NAME, help=module.HELP, description=module.__doc__)
        command.add_argument("folder", metavar="FOLDER", help="a sweep's folder, results/NAME")
        module.add_options(command)
        command.set_defaults(run=module.run)
    return parser
