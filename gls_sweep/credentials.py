"""Keeps passwords out of what is written down."""

import re


def redact(text: str) -> str:
    """Replace the user and the password of each URL in a text, `https://user:password@host`, by `***`."""
    return re.sub(r"(?<=://)[^/\s]+@", "***@", text)
