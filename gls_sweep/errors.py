"""The one error a user can cause and should read as one line, never as a traceback."""


class UserError(ValueError):
    """A mistake of the user: one line that names the key, the value, what is allowed and what to do."""
