"""Checks shared by the configuration dataclasses: each failure is one line for a person."""

import math
from collections.abc import Iterable

from gls_sweep.errors import UserError, did_you_mean, one_line


def require(condition: bool, key: str, value: object, allowed: str) -> None:
    """Raise a `UserError` that names key, value and what is allowed, unless `condition` holds."""
    if not condition:
        raise UserError(f"{key}={one_line(value)}: must be {allowed}")


def require_node(key: str, value: object, kind: type) -> None:
    """Require a node of a kind: a reference to something else, `${seed}` for example, is not checked before."""
    require(isinstance(value, kind), key, value, "left as it is; set the keys below it one by one")


def require_list(key: str, value: object) -> None:
    """Require a list; see `require_node`."""
    require(isinstance(value, list), key, value, "a list, such as [64,64]")


def require_fraction(key: str, value: float) -> None:
    """Require `0 <= value < 1`."""
    require(0 <= value < 1, key, value, "a number in [0, 1)")


def require_positive(key: str, value: float) -> None:
    """Require a finite number above zero."""
    require(math.isfinite(value) and value > 0, key, value, "a finite number above 0")


def require_not_negative(key: str, value: float) -> None:
    """Require a finite number of at least zero."""
    require(math.isfinite(value) and value >= 0, key, value, "a finite number of at least 0")


def require_one_of(key: str, value: str, options: Iterable[str]) -> None:
    """Require one of the named options; a near miss is answered with the nearest name."""
    options = list(options)
    if value not in options:
        raise UserError(f"{key}={one_line(value)}: must be one of {', '.join(options)}{did_you_mean(value, options)}")
