"""Fixtures shared by all tests."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

# As a training process sets it; it must stand before the first product is computed.
os.environ.setdefault("MKL_CBWR", "AUTO")

from gls_sweep.sweep.plan.cells import Cell

MakeCell = Callable[..., Cell]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real data that is not committed; the test is skipped where it is absent."""
    default = Path(__file__).parents[2] / "shared" / "data"
    folder = Path(os.environ.get("GLS_SHARED_DATA", default))
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder} (set GLS_SHARED_DATA)")
    return folder


@pytest.fixture(scope="session")
def make_cell() -> MakeCell:
    """Give a function that composes a cell from overrides, as the command line does."""
    from hydra import compose, initialize_config_module
    from hydra.version import VersionBase

    from gls_sweep.cli.app import register_plugins
    from gls_sweep.config import register_schemas

    register_schemas()
    register_plugins()

    def make(*overrides: str) -> Cell:
        before = VersionBase.instance().version_base
        try:
            with initialize_config_module("gls_sweep.conf", version_base="1.3"):
                return Cell.from_config(compose("config", list(overrides)))
        finally:
            VersionBase.instance().version_base = before  # Hydra's own tests count on it

    return make
