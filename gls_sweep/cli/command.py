"""What commands with subcommands have in common: a parser that tells of a mistake in one line, and how they end."""

import argparse
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import NoReturn

from gls_sweep.cli.leave import FAILURE, INTERRUPTED, USER_ERROR, leave
from gls_sweep.cli.print_completion import add_print_completion
from gls_sweep.errors import UserError


class Parser(argparse.ArgumentParser):
    """Tells of a mistake in one line."""

    def error(self, message: str) -> NoReturn:
        """Leave with exit status 2."""
        leave(f"{message}; see {self.prog} --help", USER_ERROR)


def make_parser(prog: str, description: str, modules: Sequence[ModuleType]) -> Parser:
    """Make the parser: each subcommand's module adds its own, with the function `run` that gives the exit status."""
    parser = Parser(prog=prog, description=description)
    add_print_completion(parser)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for module in modules:
        command = commands.add_parser(module.NAME, help=module.HELP, description=module.__doc__)
        module.add_options(command)
        command.set_defaults(run=module.run)
    return parser


def run(words: argparse.Namespace) -> NoReturn:
    """Run the subcommand and leave; a user's mistake is told in one line, exit status 2."""
    try:
        sys.exit(words.run(words))
    except UserError as error:
        leave(str(error), USER_ERROR)
    except OSError as error:
        leave(f"{error.filename or 'files'}: {error.strerror or error}", FAILURE)
    except KeyboardInterrupt:
        leave("stopped", INTERRUPTED)
