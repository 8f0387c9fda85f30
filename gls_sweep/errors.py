"""Errors that a person should read as one line, never as a traceback, and how they are worded."""

import difflib
from collections.abc import Iterable


class UserError(ValueError):
    """A mistake of the user: one line that names the key, the value, what is allowed and what to do."""


class JobsGoOn(Exception):
    """A sweep's jobs train on without this command; the text says which they are."""


class SweepStopped(Exception):
    """A sweep cannot go on here and now, on a full disk for example; what is recorded stays, and a rerun goes on."""


def one_line(value: object) -> str:
    """Show a value, whatever was typed, on one line."""
    return " ".join(str(value).split())


def did_you_mean(name: str, options: Iterable[str]) -> str:
    """Give ` (did you mean X?)` for the option nearest to a mistyped name, or nothing."""
    near = difflib.get_close_matches(name, list(options), n=1)
    return f" (did you mean {near[0]}?)" if near else ""
