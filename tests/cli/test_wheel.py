"""A built wheel holds everything and works without the checkout."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
PARTS = ("pyproject.toml", "README.md", "LICENSE", "gls_sweep", "conf", "hydra_plugins")
SCRIPT = """
import gls_sweep, gls_sweep.conf, hydra_plugins.packed_launcher, sys
for module in (gls_sweep, gls_sweep.conf, hydra_plugins.packed_launcher):
    print(module.__file__, file=sys.stderr)
from gls_sweep.cli.sweep import main
main()
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the wheel from a copy, so that nothing is left in the checkout."""
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("built")
    for name in PARTS:
        if (REPOSITORY / name).is_dir():
            shutil.copytree(REPOSITORY / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(REPOSITORY / name, source)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", built, source]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    [path] = built.glob("*.whl")
    return path


def test_the_wheel_holds_every_file(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder, inside in (("conf", "gls_sweep/conf"), ("gls_sweep", "gls_sweep"), ("hydra_plugins", "hydra_plugins")):
        for path in (REPOSITORY / folder).rglob("*"):
            if path.suffix in (".py", ".yaml", ".typed"):
                assert f"{inside}/{path.relative_to(REPOSITORY / folder)}" in names
    assert "hydra_plugins/__init__.py" not in names


def test_the_wheel_works_elsewhere(wheel, tmp_path, gls_sweep_process):
    unpacked = tmp_path / "unpacked"
    zipfile.ZipFile(wheel).extractall(unpacked)
    words = ("--cfg", "job", "experiment=paper_cifar10_symmetric")
    done = gls_sweep_process(*words, script=SCRIPT, PYTHONPATH=str(unpacked))
    assert done.status == 0, done.err
    assert [Path(line).is_relative_to(unpacked) for line in done.lines] == [True] * 3, done.err
    assert "\nsweep: paper_cifar10_symmetric\n" in done.out
    # Through our sweeper and launcher, up to where training would begin.
    done = gls_sweep_process("-m", "noise.rate=0,2", "loss=ce", "seed=0", script=SCRIPT, PYTHONPATH=str(unpacked))
    assert done.status == 2
    assert "noise.rate=2.0: must be a number in [0, 1)" in done.lines[-2]
