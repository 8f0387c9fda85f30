"""Which cells a command line asks for."""

import pytest

from gls_sweep.cli import app
from gls_sweep.cli.task import Train

SMOOTH_RATES = "0.8,0.6,0.4,0.2,0,-0.2,-0.4,-0.6,-0.8,-1,-2,-4,-6,-8"


@pytest.fixture
def cells_of(gls_sweep, monkeypatch):
    """Give the overrides of the cells that a command would train; nothing trains."""
    seen = []

    class Listing(Train):
        def check(self, loader, config, jobs):
            super().check(loader, config, jobs)
            seen.extend(dict(word.split("=", 1) for word in job) for job in jobs)

        def many(self, loader, config, jobs, first):
            return []

        def finish(self):
            pass

    monkeypatch.setattr(app, "Train", Listing)

    def cells(*words: str) -> list[dict[str, str]]:
        seen.clear()
        done = gls_sweep("-m", *words)
        assert (done.status, done.err) == (0, "")
        return list(seen)

    return cells


def values(cells, key):
    return list(dict.fromkeys(cell.get(key) for cell in cells))


def test_the_default_sweep(cells_of):
    cells = cells_of()
    assert len(cells) == 280
    assert values(cells, "noise.rate") == ["0", "0.2", "0.4", "0.6"]
    assert values(cells, "loss.smooth_rate") == SMOOTH_RATES.split(",")
    assert values(cells, "seed") == list("01234")


def test_what_is_swept_comes_with_the_options(cells_of):
    assert cells_of("noise=clean", "loss=ce") == [{"seed": seed, "noise": "clean", "loss": "ce"} for seed in "01234"]
    assert cells_of("noise=pairflip", "loss=ce", "seed=3", "noise.rate=0.1") == [
        {"noise.rate": "0.1", "seed": "3", "noise": "pairflip", "loss": "ce"}
    ]


def test_several_options_are_each_swept_their_own_way(cells_of):
    cells = cells_of("loss=ce,gls", "noise=clean,symmetric", "seed=0")
    plain = [cell for cell in cells if cell["loss"] == "ce"]
    assert [(cell["noise"], cell.get("noise.rate")) for cell in plain] == [
        ("clean", None), ("symmetric", "0"), ("symmetric", "0.2"), ("symmetric", "0.4"), ("symmetric", "0.6"),
    ]  # fmt: skip
    assert len(cells) == 5 * (1 + 14)


@pytest.fixture
def presets(tmp_path):
    """Presets in a folder outside the package."""
    folder = tmp_path / "mine" / "experiment"
    folder.mkdir(parents=True)
    (folder / "three.yaml").write_text(
        "# @package _global_\n"
        "defaults: [override /noise: pairflip]\n"
        "sweep: three\n"
        "seed: 7\n"
        "noise: {seed: 1}\n"
        "hydra: {sweeper: {params: {noise.rate: '0.1,0.3', loss.smooth_rate: '-1', seed: '7,8,9'}}}\n"
    )
    (folder / "one.yaml").write_text(
        "# @package _global_\n"
        "defaults: [override /noise: clean, override /loss: ce]\n"
        "hydra: {sweeper: {params: {seed: '4'}}}\n"
    )
    return folder.parent


def test_a_preset_carries_its_own_sweep_and_words_override_it(cells_of, presets):
    preset = (f"--config-dir={presets}", "experiment=three")
    cells = cells_of(*preset)
    assert len(cells) == 6
    assert values(cells, "noise.rate") == ["0.1", "0.3"]
    assert values(cells, "loss.smooth_rate") == ["-1"]
    assert values(cells, "seed") == ["7", "8", "9"]

    cells = cells_of(*preset, "noise.rate=0.2", "seed=0,1")
    assert [(cell["noise.rate"], cell["seed"]) for cell in cells] == [("0.2", "0"), ("0.2", "1")]

    cells = cells_of(f"--config-dir={presets}", "experiment=three,one")
    assert [(cell["experiment"], cell["seed"]) for cell in cells[5:]] == [("three", "9"), ("one", "4")]


def test_a_preset_sets_what_the_main_file_sets(gls_sweep, presets):
    show = (f"--config-dir={presets}", "--cfg", "job", "experiment=three")
    done = gls_sweep(*show)
    assert done.status == 0
    assert "\nsweep: three\n" in done.out
    assert "\nseed: 7\n" in done.out
    done = gls_sweep(*show, "sweep=other", "noise.seed=5")
    assert "\nsweep: other\n" in done.out
    assert "\n  seed: 5\n" in done.out
