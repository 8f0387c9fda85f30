"""Hands the dataclasses to Hydra, so that a wrong type or a mistyped key is caught when it composes."""

from hydra.core.config_store import ConfigStore

from gls_sweep.config.cell import CellConfig
from gls_sweep.config.keys import GROUPS
from gls_sweep.config.schedule import ScheduleConfig


def register_schemas() -> None:
    """Store each dataclass under the group `schema`, from where the YAML options name it in their defaults."""
    store = ConfigStore.instance()
    for group, options in GROUPS.items():
        for name, node in options.items():
            store.store(group=f"schema/{group}", name=name, node=node)
    store.store(group="schema", name="schedule", node=ScheduleConfig)
    store.store(group="schema", name="cell", node=CellConfig)
