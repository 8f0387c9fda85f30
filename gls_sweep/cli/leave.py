"""Leaving with a message and an exit status."""

import sys
from typing import NoReturn

FAILURE, USER_ERROR, INTERRUPTED = 1, 2, 130


class CellsFailed(Exception):
    """Training some cells did not work; the text says how many and why."""


def leave(message: str, status: int) -> NoReturn:
    """Tell a person why on standard error, and exit."""
    sys.stderr.write(message + "\n")
    sys.exit(status)
