"""Turns what Hydra and OmegaConf raise for a user's mistake into one line for a person."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass

from hydra.errors import HydraException
from omegaconf.errors import ConfigAttributeError, ConfigKeyError, MissingMandatoryValue, OmegaConfBaseException

from gls_sweep.config.cell import CellConfig, LauncherConfig
from gls_sweep.config.checks import did_you_mean
from gls_sweep.config.dataset import DATASETS
from gls_sweep.config.loss import LOSSES
from gls_sweep.config.model import MODELS
from gls_sweep.config.noise import NOISES
from gls_sweep.config.schedule import LearningRateConfig, OptimizerConfig, PhaseConfig, ScheduleConfig
from gls_sweep.errors import UserError

COMPOSITION_ERRORS = (HydraException, OmegaConfBaseException)


@contextmanager
def explained() -> Iterator[None]:
    """Raise a `UserError` of one line in place of a composition error."""
    try:
        yield
    except COMPOSITION_ERRORS as error:
        raise UserError(explain(error)) from error


def explain(error: Exception) -> str:
    """Say in one line which key or option is wrong, and the nearest that is right."""
    cause = error.__cause__ if isinstance(error.__cause__, OmegaConfBaseException) else error
    text = str(error)
    if option := re.search(r"Could not find '(\S+)/([^'/]+)'", text):
        group, name = option.groups()
        options = re.findall(r"^\t(\S+)$", text, re.MULTILINE)
        return f"{group}={name}: must be one of {', '.join(options)}{did_you_mean(name, options)}"
    if unknown := re.search(r"Could not override '([^']+)'", text):
        if isinstance(cause, OmegaConfBaseException) and not isinstance(cause, ConfigAttributeError | ConfigKeyError):
            return f"{cause.full_key}={cause.value}: {first_line(cause)}"
        return unknown_key(unknown.group(1))
    if isinstance(cause, ConfigAttributeError | ConfigKeyError) and not isinstance(cause, MissingMandatoryValue):
        return unknown_key(str(cause.full_key))
    if isinstance(cause, MissingMandatoryValue):
        return f"{cause.full_key}: has no value yet; give one, {cause.full_key}=..."
    if isinstance(cause, OmegaConfBaseException) and cause.full_key:
        return f"{cause.full_key}={cause.value}: {first_line(cause)}"
    return " ".join(text.split())


def first_line(error: Exception) -> str:
    """Give the first line of an error's text."""
    return str(error).partition("\n")[0]


def unknown_key(key: str) -> str:
    """Say that a key does not exist, and name the nearest one that does."""
    return f"{key}: no such key{did_you_mean(key, known_keys())}; gls-sweep --cfg job shows them all"


def known_keys() -> set[str]:
    """Collect the dotted keys of all dataclasses."""
    groups: dict[str, Mapping[str, type]] = {"dataset": DATASETS, "noise": NOISES, "model": MODELS, "loss": LOSSES}
    keys = set(field_names(CellConfig, "")) | set(groups)
    for group, options in groups.items():
        keys |= {key for node in options.values() for key in field_names(node, f"{group}.")}
    for phase in ("warmup", "main"):
        prefix = f"schedule.phases.{phase}."
        keys |= set(field_names(PhaseConfig, prefix))
        keys |= set(field_names(OptimizerConfig, f"{prefix}optimizer."))
        keys |= set(field_names(LearningRateConfig, f"{prefix}learning_rate."))
    return keys | set(field_names(LauncherConfig, "launcher.")) | set(field_names(ScheduleConfig, "schedule."))


def field_names(node: type, prefix: str) -> list[str]:
    """List a dataclass's fields behind a prefix."""
    assert is_dataclass(node)
    return [prefix + field.name for field in fields(node)]
