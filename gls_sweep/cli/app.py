"""The Hydra application."""

from typing import Any

import hydra
from hydra.core.config_store import ConfigStore
from hydra.core.global_hydra import GlobalHydra
from hydra.core.plugins import Plugins
from omegaconf import OmegaConf

from gls_sweep.cli.task import Train
from gls_sweep.config import register_schemas


def run() -> None:
    """Compose what the command line asks for and run it."""
    register_schemas()
    register_plugins()
    OmegaConf.register_new_resolver("options", list_options, replace=True)
    # Hydra copies the store of schemas for every group that it lists, a second for `--help`, and never changes a copy.
    ConfigStore.instance().__deepcopy__ = same_store  # type: ignore[attr-defined]
    hydra.main(version_base="1.3", config_path="pkg://gls_sweep.conf", config_name="config")(Train())()


def register_plugins() -> None:
    """Tell Hydra of our launcher and sweeper: in an editable install it does not find `hydra_plugins` by itself."""
    from hydra_plugins.cell_sweeper import CellSweeper
    from hydra_plugins.packed_launcher import PackedLauncher

    Plugins.instance().register(CellSweeper)
    Plugins.instance().register(PackedLauncher)


def list_options(group: str) -> str:
    """List the options of a group, for `--help`."""
    return ", ".join(GlobalHydra.instance().config_loader().get_group_options(group))


def same_store(_: dict[int, Any]) -> ConfigStore:
    """Take the place of `copy.deepcopy` for the store of schemas."""
    return ConfigStore.instance()
