"""Every preset says how it is called, and what it says composes into checked cells."""

import copy
import functools
import re
import shlex
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hydra.core.singleton import Singleton

from gls_sweep import load_table
from gls_sweep.cli import app, task
from gls_sweep.sweep import sweep
from gls_sweep.sweep.plan.cells import Cell

PRESETS = sorted((Path(__file__).parents[2] / "conf" / "experiment").glob("*.yaml"))
PAPER_RATES = [0.8, 0.6, 0.4, 0.2, 0.0, -0.2, -0.4, -0.6, -0.8, -1.0, -2.0, -4.0, -6.0, -8.0]
COLUMNS = {
    "paper_twonorm": [0.0, 0.1, 0.2, 0.3, 0.4],
    "paper_cifar10_symmetric": [0.0, 0.2, 0.4, 0.6],
    "paper_cifar10_asymmetric": [0.2, 0.3],
    "paper_cifar100_symmetric": [0.4, 0.6],
}


def commands(preset: Path) -> list[list[str]]:
    """Take the command lines out of a preset's header."""
    header = re.match(r"(#.*\n)+", preset.read_text())
    assert header, f"{preset.name} has no header"
    return [shlex.split(line) for line in re.findall(r"^# +(gls-sweep .*)$", header.group(), re.MULTILINE)]


def call(patch: pytest.MonkeyPatch, folder: Path, words: Sequence[str]) -> None:
    """Run a command in this process, in a folder; Hydra's global state is put back, as other tests rely on it."""
    patch.chdir(folder)
    patch.setenv("HYDRA_FULL_ERROR", "1")
    patch.setattr("sys.argv", list(words))
    state = copy.deepcopy(Singleton.get_state())
    try:
        app.run()
    finally:
        Singleton.set_state(state)


@functools.cache
def plan(*words: str) -> list[Cell]:
    """Compose and check a multirun's cells without training them."""
    cells: list[Cell] = []
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setattr(sweep, "run_sweep", lambda swept: cells.extend(swept) or {})
        patch.setattr(task.Train, "finish", lambda _: None)
        call(patch, Path(folder), words)
    return cells


def test_each_published_table_has_a_preset() -> None:
    assert {preset.stem for preset in PRESETS} >= set(COLUMNS)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.stem)
def test_header_shows_the_command_and_each_key_says_why(preset: Path) -> None:
    assert commands(preset)[0] == ["gls-sweep", "-m", f"experiment={preset.stem}"]
    values = re.findall(r"^ *[\w.]+: +[^ #].*$", preset.read_text(), re.MULTILINE)
    assert [line for line in values if "  # " not in line] == []


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.stem)
def test_every_cell_composes(preset: Path) -> None:
    for words in commands(preset):
        cells = plan(*words)
        assert len({cell.signature for cell in cells}) == len(cells) > 1
        assert {cell.config.sweep for cell in cells} == {preset.stem}
        # The header's sizes: cells, and epochs with shared warm-ups counted once.
        stages = {stage.signature: stage for cell in cells for stage in cell.stages}
        for number in (len(cells), sum(stage.phase[1].epochs for stage in stages.values())):
            assert f"{number:,}" in preset.read_text()


@pytest.mark.parametrize("name", COLUMNS)
def test_paper_preset_is_the_papers_protocol(name: str) -> None:
    configs = [cell.config for cell in plan("gls-sweep", "-m", f"experiment={name}")]
    assert sorted({config.noise.rate for config in configs}) == COLUMNS[name]
    assert sorted({config.loss.smooth_rate for config in configs}) == sorted(PAPER_RATES)
    assert {(config.noise.seed, config.noise.generator) for config in configs} == {(0, "legacy")}
    assert {config.dataset.val_fraction for config in configs} == {0}
    warmup, main = configs[0].schedule.phases.values()
    assert (warmup.epochs, main.epochs, main.start) == (120, 100, "best")


def test_paper_twonorm_trains(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    small = ["dataset.size=300", "dataset.test_size=200", "schedule.phases.warmup.epochs=3"]
    small += ["schedule.phases.warmup.learning_rate.milestones=[1,2]", "schedule.phases.main.epochs=2"]
    few = ["noise.rate=0.2", "loss.smooth_rate=0,-1", "seed=0", "launcher.threads=1", "hydra/launcher=basic"]
    call(monkeypatch, tmp_path, ["gls-sweep", "-m", "experiment=paper_twonorm", *small, *few])
    table = load_table(tmp_path / "results" / "paper_twonorm")
    assert table["status"].tolist() == ["finished", "finished"]
    assert (table["best.test_accuracy"] > 0.9).all()
    assert not any(column.startswith("val.") for column in table)
    assert table["noise.labels_hash"].nunique() == 1
