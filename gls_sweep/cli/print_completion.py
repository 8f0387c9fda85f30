"""`--print-completion SHELL` of the commands with subcommands: a script that completes their words, made by shtab.

The script holds all words, so that nothing of this package runs while one types.
"""

import argparse
from collections.abc import Iterator, Sequence
from typing import Any

SHELLS = ("bash", "zsh", "fish")
FOLDERS, FILES = ("FOLDER", "DIR"), ("FILE",)  # what stands for them in the help


class PrintCompletion(argparse.Action):
    """Prints the script for a shell and leaves."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        """Print it."""
        import shtab

        for action in actions_of(parser):
            if action.metavar in FOLDERS + FILES:
                action.complete = shtab.DIRECTORY if action.metavar in FOLDERS else shtab.FILE  # type: ignore[attr-defined]
        print(shtab.complete(parser, shell=str(values)))
        parser.exit()


def add_print_completion(parser: argparse.ArgumentParser) -> None:
    """Add the option."""
    text = 'print what completes words with the Tab key: eval "$(%(prog)s --print-completion bash)"'
    parser.add_argument("--print-completion", choices=SHELLS, action=PrintCompletion, help=text)


def actions_of(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Give all arguments of a parser and of its subcommands."""
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from actions_of(command)
