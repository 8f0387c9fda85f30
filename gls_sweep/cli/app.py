"""The Hydra application."""

import hydra
from hydra.core.plugins import Plugins

from gls_sweep.cli.task import Train
from gls_sweep.config import register_schemas


def run() -> None:
    """Compose what the command line asks for and run it."""
    register_schemas()
    register_plugins()
    hydra.main(version_base="1.3", config_path="pkg://gls_sweep.conf", config_name="config")(Train())()


def register_plugins() -> None:
    """Tell Hydra of our launcher and sweeper: in an editable install it does not find `hydra_plugins` by itself."""
    from hydra_plugins.cell_sweeper import CellSweeper
    from hydra_plugins.packed_launcher import PackedLauncher

    Plugins.instance().register(CellSweeper)
    Plugins.instance().register(PackedLauncher)
