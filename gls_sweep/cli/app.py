"""The Hydra application."""

import sys
from collections.abc import Sequence
from typing import Any

import hydra
from hydra._internal.utils import get_args_parser
from hydra.core.config_store import ConfigStore
from hydra.core.global_hydra import GlobalHydra
from hydra.core.plugins import Plugins
from omegaconf import OmegaConf

from gls_sweep.cli.completion import OWN_FLAGS
from gls_sweep.cli.task import Train
from gls_sweep.config import register_schemas
from gls_sweep.errors import UserError, did_you_mean


def run() -> None:
    """Compose what the command line asks for and run it."""
    require_known_flags(sys.argv[1:])
    register_schemas()
    register_plugins()
    OmegaConf.register_new_resolver("options", list_options, replace=True)
    # Hydra copies the store of schemas for every group that it lists, a second for `--help`, and never changes a copy.
    ConfigStore.instance().__deepcopy__ = same_store  # type: ignore[attr-defined]
    hydra.main(version_base="1.3", config_path="pkg://gls_sweep.conf", config_name="config")(Train())()


def require_known_flags(words: Sequence[str]) -> None:
    """Raise `UserError` for a flag that there is not: Hydra would print its usage, without our flags."""
    known = [option for action in get_args_parser()._actions for option in action.option_strings]
    known += OWN_FLAGS
    for flag in (word.partition("=")[0] for word in words if word.startswith("--")):
        if flag not in known:
            raise UserError(f"{flag}: no such flag{did_you_mean(flag, known)}; see gls-sweep --help")


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
