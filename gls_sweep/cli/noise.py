"""`gls-noise`: makes noisy labels without training, shows them, and writes them to files."""

import argparse
import sys

from gls_sweep.cli import noise_export, noise_make, noise_show
from gls_sweep.cli.leave import FAILURE, INTERRUPTED, USER_ERROR, leave
from gls_sweep.cli.results import Parser
from gls_sweep.errors import UserError

COMMANDS = (noise_make, noise_show, noise_export)


def main() -> None:
    """Run the command; a user's mistake is told in one line, exit status 2."""
    words = parse()
    try:
        sys.exit(words.run(words))
    except UserError as error:
        leave(str(error), USER_ERROR)
    except OSError as error:
        leave(f"{error.filename or 'files'}: {error.strerror or error}", FAILURE)
    except KeyboardInterrupt:
        leave("stopped", INTERRUPTED)


def parse() -> argparse.Namespace:
    """Read the command line; `argparse` by itself takes no overrides behind an option that stands behind FILE."""
    parser = make_parser()
    words, rest = parser.parse_known_args()
    if "overrides" not in words or any(word.startswith("-") for word in rest):
        parser.parse_args()  # tells of what is too much
    else:
        words.overrides += rest
    return words


def make_parser() -> Parser:
    """Make the parser: each command's module adds its own, with the function `run` that gives the exit status."""
    parser = Parser(prog="gls-noise", description="Make noisy labels without training, look at them, share them.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for module in COMMANDS:
        command = commands.add_parser(module.NAME, help=module.HELP, description=module.__doc__)
        module.add_options(command)
        command.set_defaults(run=module.run)
    return parser
