"""The keys that a configuration can have, to name the nearest one to a mistyped key."""

import difflib
import functools
from collections.abc import Mapping
from dataclasses import fields, is_dataclass

from gls_sweep.config.cell import CellConfig, LauncherConfig
from gls_sweep.config.cluster import CLUSTERS
from gls_sweep.config.dataset import DATASETS
from gls_sweep.config.logger import LOGGERS
from gls_sweep.config.loss import LOSSES
from gls_sweep.config.model import MODELS
from gls_sweep.config.noise import NOISES
from gls_sweep.config.schedule import LearningRateConfig, OptimizerConfig, PhaseConfig, ScheduleConfig

GROUPS: dict[str, Mapping[str, type]] = {
    "dataset": DATASETS,
    "noise": NOISES,
    "model": MODELS,
    "loss": LOSSES,
    "cluster": CLUSTERS,
    "logger": LOGGERS,
}


def nearest_key(key: str) -> str | None:
    """Give the known key nearest to a mistyped one, by all of it or else by its last word."""
    if near := difflib.get_close_matches(key, known_keys(), n=1, cutoff=0.7):
        return near[0]
    words = {known.rpartition(".")[2]: known for known in known_keys()}
    near = difflib.get_close_matches(key.rpartition(".")[2], words, n=1)
    return words[near[0]] if near else None


@functools.cache
def known_keys() -> tuple[str, ...]:
    """Collect the dotted keys of all dataclasses, with the usual names of the phases."""
    keys = [*GROUPS, *field_names(CellConfig, "")]
    for group, options in GROUPS.items():
        keys += [key for node in options.values() for key in field_names(node, f"{group}.")]
    keys += [*field_names(LauncherConfig, "launcher."), *field_names(ScheduleConfig, "schedule.")]
    for phase in ("warmup", "main"):
        prefix = f"schedule.phases.{phase}."
        keys += field_names(PhaseConfig, prefix)
        keys += field_names(OptimizerConfig, f"{prefix}optimizer.")
        keys += field_names(LearningRateConfig, f"{prefix}learning_rate.")
    return tuple(dict.fromkeys(keys))


def field_names(node: type, prefix: str) -> list[str]:
    """List a dataclass's fields behind a prefix."""
    assert is_dataclass(node)
    return [prefix + field.name for field in fields(node)]
