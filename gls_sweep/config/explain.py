"""Turns what Hydra and OmegaConf raise for a user's mistake into one line for a person."""

import re
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from hydra.errors import HydraException, OverrideParseException
from omegaconf.errors import (
    ConfigAttributeError,
    ConfigKeyError,
    InterpolationResolutionError,
    InterpolationToMissingValueError,
    MissingMandatoryValue,
    OmegaConfBaseException,
)

from gls_sweep.config.keys import known_keys, nearest_key
from gls_sweep.errors import UserError, did_you_mean, one_line

# What OmegaConf says of a value of the wrong type, and what a person should read instead.
TYPES = {
    "could not be converted to Float": "a number",
    "could not be converted to Integer": "an integer",
    "is not a valid bool": "true or false",
    "is not a ListConfig": "a list, such as [64,64]",
    "is not Optional": "given: null means nothing here",
    "is not a subclass of": "left as it is; set the keys below it one by one",
}


@contextmanager
def explained() -> Iterator[None]:
    """Raise a `UserError` of one line in place of a composition error."""
    try:
        yield
    except UserError:
        raise
    except Exception as error:
        if (line := explain(error)) is None:
            raise
        raise UserError(one_line(line)) from error


def explain(error: Exception) -> str | None:
    """Say in one line what is wrong and what is right; None for what is no mistake in a configuration."""
    text = " ".join(str(error).split())
    if isinstance(error, OverrideParseException):
        return f"{error.override}: cannot be read; give key=value, in single quotes where it has spaces or brackets"
    if isinstance(error, HydraException):
        return explain_hydra(error, text)
    if isinstance(error, OmegaConfBaseException):
        return explain_value(error)
    if is_raised_by_hydra(error):
        advice = "write key=value, or group=option with one of the options that gls-sweep --help lists"
        return f"the configuration cannot be composed ({type(error).__name__}: {text[:200]}); {advice}"
    return None


def is_raised_by_hydra(error: Exception) -> bool:
    """Whether Hydra or OmegaConf stumbled itself, as over an option that is a number: no check of theirs foresaw it."""
    modules = [frame.f_globals.get("__name__", "") for frame, _ in traceback.walk_tb(error.__traceback__)]
    return bool(modules) and modules[-1].partition(".")[0] in ("hydra", "omegaconf")


def explain_hydra(error: HydraException, text: str) -> str:
    """Explain what Hydra found when it composed."""
    if option := re.search(r"Could not find '(\S+)/([^'/]+)'", text):
        group, name = option.groups()
        options = re.findall(r"^\t(\S+)$", str(error), re.MULTILINE)
        return f"{group}={name}: must be one of {', '.join(options)}{did_you_mean(name, options)}"
    if several := re.search(r"Ambiguous value for argument '(.+?)' 1\.", text):
        return f"{several[1]}: one value is needed; add -m to sweep over several, write [a,b] for a list"
    cause = error.__cause__
    wrong_key = not isinstance(cause, OmegaConfBaseException) or is_unknown_key(cause)
    if (unknown := re.search(r"Could not override '([^']+)'", text)) and wrong_key:
        return unknown_key(unknown[1])
    return explain_value(cause) if isinstance(cause, OmegaConfBaseException) and cause.full_key else text


def explain_value(error: OmegaConfBaseException) -> str:
    """Explain what OmegaConf found at a key."""
    key, reason = str(error.full_key), str(error).partition("\n")[0]
    if isinstance(error, MissingMandatoryValue):
        return missing_value(key)
    if is_unknown_key(error):
        return unknown_key(key)
    if isinstance(error, InterpolationToMissingValueError) and (refers_to := re.search(r"value: (\S+)", reason)):
        return missing_value(refers_to[1])
    if isinstance(error, InterpolationResolutionError):
        return f"{key}: {reason}"
    for said, allowed in TYPES.items():
        if said in reason:
            return f"{key}={error.value}: must be {allowed}"
    return f"{key}={error.value}: {reason}"


def is_unknown_key(error: Exception) -> bool:
    """Whether a key does not exist, rather than being without a value."""
    return isinstance(error, ConfigAttributeError | ConfigKeyError) and not isinstance(error, MissingMandatoryValue)


def missing_value(key: str) -> str:
    """Say that a key still needs a value."""
    return f"{key}: has no value yet; give one, {key}=..."


def unknown_key(key: str) -> str:
    """Say that a key does not exist, and name the nearest one that does."""
    if key in known_keys():
        return f"{key}: no such key with this {key.partition('.')[0]}; gls-sweep --cfg job shows the keys it has"
    near = nearest_key(key)
    return f"{key}: no such key{f' (did you mean {near}?)' if near else ''}; gls-sweep --cfg job shows them all"
