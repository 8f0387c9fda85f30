"""Every preset says how it is called, and what it says composes into checked cells."""

import copy
import functools
import re
import shlex
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest
from hydra.core.singleton import Singleton

from gls_sweep import load_table
from gls_sweep.cli import app, task
from gls_sweep.results import load_published
from gls_sweep.results.conditions import meet_any
from gls_sweep.sweep import sweep
from gls_sweep.sweep.plan.cells import Cell

PRESETS = sorted((Path(__file__).parents[2] / "conf" / "experiment").glob("*.yaml"))
PAPER_RATES = [0.8, 0.6, 0.4, 0.2, 0.0, -0.2, -0.4, -0.6, -0.8, -1.0, -2.0, -4.0, -6.0, -8.0]
PUBLISHED = {
    "paper_twonorm": ("gls_twonorm", ""),
    "paper_splice": ("gls_splice", ""),
    "paper_cifar10_symmetric": ("gls_cifar10", "clean|^symmetric"),
    "paper_cifar10_asymmetric": ("gls_cifar10", "^asymmetric"),
    "paper_cifar100_symmetric": ("gls_cifar100", ""),
    "paper_cifar10n": ("cifar10n", ""),
    "paper_cifar100n": ("cifar100n", ""),
    "paper_code_runs": ("gls_code_runs", ""),
    "paper_clothing1m": ("gls_icml2022", "Clothing1M"),
}
"""By preset the published table that it fills, and in which of its columns."""
FILES = (
    *("data/CIFAR-10_human.pt", "data/CIFAR-100_human.pt"),
    *("data/cifar10/train.parquet", "data/cifar10/test.parquet", "data/cifar10/CIFAR-10_human.pt"),
    *("clothing1m/noisy_train_key_list.txt", "clothing1m/noisy_label_kv.txt"),
    *("clothing1m/clean_test_key_list.txt", "clothing1m/clean_label_kv.txt"),
)
"""What presets read; a cell is known by its files' contents, so they must be there."""


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
        for file in FILES:
            (Path(folder) / file).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / file).write_text(file)
        patch.setattr(sweep, "run_sweep", lambda swept, **_: cells.extend(swept) or {})
        patch.setattr(task.Train, "finish", lambda _: None)
        call(patch, Path(folder), words)
    return cells


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.stem)
def test_header_shows_the_command_and_each_key_says_why(preset: Path) -> None:
    assert commands(preset)[0][:3] == ["gls-sweep", "-m", f"experiment={preset.stem}"]
    values = re.findall(r"^ *[\w.]+: +[^ #].*$", preset.read_text(), re.MULTILINE)
    assert [line for line in values if "  # " not in line] == []


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.stem)
def test_every_cell_composes(preset: Path) -> None:
    for words in commands(preset):
        cells = plan(*words)
        assert len({cell.signature for cell in cells}) == len(cells) > 1
        assert preset.stem in {cell.config.sweep for cell in cells} or preset.stem == "honest_uci"
        # The header's sizes: cells, and epochs with shared warm-ups counted once.
        stages = {stage.signature: stage for cell in cells for stage in cell.stages}
        for number in (len(cells), sum(stage.phase[1].epochs for stage in stages.values())):
            assert f"{number:,}" in preset.read_text()


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_published_number_has_cells_that_are_trained_as_published(name: str) -> None:
    preset = next(path for path in PRESETS if path.stem == name)
    cells = pd.json_normalize([cell.described for words in commands(preset) for cell in plan(*words)])
    published = load_published(PUBLISHED[name][0])
    numbers = [entry for entry in published.entries if re.search(PUBLISHED[name][1], entry.noise)]
    assert numbers
    for entry in numbers:
        own = cells[meet_any(cells, entry.where)]
        assert meet_any(own, published.protocol).any(), f"{entry.noise}, {entry.row}"


@pytest.mark.parametrize("name", [name for name in PUBLISHED if name != "paper_clothing1m"])
def test_paper_preset_is_the_papers_protocol(name: str) -> None:
    configs = [cell.config for cell in plan("gls-sweep", "-m", f"experiment={name}")]
    assert {config.loss.smooth_rate for config in configs} <= set(PAPER_RATES)
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
