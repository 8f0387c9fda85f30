"""Errors that a person should read as one line, never as a traceback."""


class UserError(ValueError):
    """A mistake of the user: one line that names the key, the value, what is allowed and what to do."""


class JobsGoOn(Exception):
    """A sweep's jobs train on without this command; the text says which they are."""


class SweepStopped(Exception):
    """A sweep cannot go on here and now, on a full disk for example; what is recorded stays, and a rerun goes on."""
