"""Leaving with a message and an exit status."""

import sys
from typing import NoReturn

from gls_sweep.errors import SweepStopped

SUCCESS, FAILURE, USER_ERROR, INTERRUPTED = 0, 1, 2, 130


class CellsFailed(Exception):
    """Training some cells did not work; the text says how many and why."""


def leave(message: str, status: int) -> NoReturn:
    """Tell a person why on standard error, and exit."""
    sys.stderr.write(message + "\n")
    sys.exit(status)


def stopped(error: SweepStopped | OSError) -> str:
    """Say why a sweep cannot go on, a full disk for example, and what stays."""
    reason = f"{error.filename or 'files'}: {error.strerror or error}" if isinstance(error, OSError) else str(error)
    return f"{reason}; what is recorded stays, the same command goes on"
