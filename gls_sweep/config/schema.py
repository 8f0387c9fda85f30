"""Hands the dataclasses to Hydra, so that a wrong type or a mistyped key is caught when it composes."""

from collections.abc import Mapping

from hydra.core.config_store import ConfigStore

from gls_sweep.config.cell import CellConfig
from gls_sweep.config.dataset import DATASETS
from gls_sweep.config.loss import LOSSES
from gls_sweep.config.model import MODELS
from gls_sweep.config.noise import NOISES
from gls_sweep.config.schedule import ScheduleConfig


def register_schemas() -> None:
    """Store each dataclass under the group `schema`, from where the YAML options name it in their defaults."""
    groups: dict[str, Mapping[str, type]] = {"dataset": DATASETS, "noise": NOISES, "model": MODELS, "loss": LOSSES}
    store = ConfigStore.instance()
    for group, options in groups.items():
        for name, node in options.items():
            store.store(group=f"schema/{group}", name=name, node=node)
    store.store(group="schema", name="schedule", node=ScheduleConfig)
    store.store(group="schema", name="cell", node=CellConfig)
