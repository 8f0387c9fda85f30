"""The packed launcher passes Hydra's own tests, and every launcher gives the same cells."""

import pytest
from hydra import version
from hydra.core.plugins import Plugins
from hydra.plugins.launcher import Launcher
from hydra.test_utils.launcher_common_tests import IntegrationTestSuite, LauncherTestSuite

from gls_sweep.cli.app import register_plugins
from hydra_plugins.packed_launcher import PackedLauncher

register_plugins()


def test_the_launcher_is_known():
    # By name: Hydra's search for plugins may have loaded the module a second time.
    assert PackedLauncher.__qualname__ in {launcher.__qualname__ for launcher in Plugins.instance().discover(Launcher)}


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize(("launcher_name", "overrides"), [("packed", [])])
class TestPackedLauncher(LauncherTestSuite):
    """Hydra's tests in this process; they look for logs where Hydra 1.1 puts them."""

    @pytest.fixture(autouse=True)
    def _as_hydra_1_1(self, hydra_restore_singletons):
        version.setbase("1.1")


@pytest.mark.parametrize(("task_launcher_cfg", "extra_flags"), [({}, ["-m", "hydra/launcher=packed"])])
class TestPackedLauncherIntegration(IntegrationTestSuite):
    """Hydra's tests in processes of their own."""


def test_every_launcher_gives_the_same_cells(gls_sweep):
    words = "-m schedule=quick noise.rate=0,0.4 loss.smooth_rate=-1,0.4 seed=0 launcher.processes=1 launcher.threads=1"
    launchers = {"packed": [], "basic": [], "joblib": ["hydra.launcher.n_jobs=2"], "submitit_local": []}
    cells = {}
    for launcher, settings in launchers.items():
        done = gls_sweep(*words.split(), f"hydra/launcher={launcher}", f"results={launcher}", *settings)
        assert done.status == 0, done.err
        assert "labels of digits: noise symmetric, rate 0.4 requested" in done.err
        assert "Error executing job" not in done.err
        files = sorted(done.folder.glob(f"{launcher}/digits/cells/*/*/history.csv"))
        cells[launcher] = {path.parent.name: path.read_bytes() for path in files}
    assert len(cells["packed"]) == 4
    assert len(set(cells["packed"].values())) == 4
    assert cells["basic"] == cells["packed"]
    assert cells["joblib"] == cells["packed"]
    assert cells["submitit_local"] == cells["packed"]
