"""`gls-results plot`, and the key `figures` that says what ends a run."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gls_sweep.cli.results import main
from tests.results.conftest import finished, write_results

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def plot(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command in this process; gives its exit status, output and errors."""

    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["gls-results", "plot", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three smooth rates and two noise rates."""
    records = [finished(rate, noise) for rate in (0.4, 0.0, -0.8) for noise in (0.0, 0.4)]
    return write_results(tmp_path / "sweep", records)


def names(folder: Path) -> list[str]:
    """The files of a folder, without the cells."""
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def test_without_a_kind_all_that_run_no_network_and_have_data(folder: Path, plot: Run) -> None:
    status, out, err = plot(folder, "--format", "png")
    assert (status, err) == (0, "")
    assert "nothing to draw" not in out
    kinds = "accuracy_over_noise accuracy_over_rate best_rates heat_map oracle_gap regions transition"
    assert names(folder) == [f"{kind}.png" for kind in kinds.split()]


def test_what_was_asked_for_and_cannot_be_drawn_is_told_in_a_line(folder: Path, plot: Run, tmp_path: Path) -> None:
    words = ("--kind", "regions", "heat_map", "--filter", "loss.smooth_rate=0", "--out", tmp_path / "out")
    status, out, err = plot(folder, *words)
    assert (status, err) == (0, "")
    assert names(tmp_path / "out") == ["heat_map.png", "heat_map.svg"]
    [line] = [line for line in out.splitlines() if line.startswith("regions")]
    assert line == "regions: nothing to draw; takes symmetric noise, and finished cells of at least two smooth rates"


def test_the_policy_is_the_one_asked_for(folder: Path, plot: Run) -> None:
    plot(folder, "--kind", "heat_map", "--format", "svg", "--policy", "last")
    assert "last: last epoch" in (folder / "heat_map.svg").read_text()
    plot(folder, "--kind", "heat_map", "--format", "svg", "--policy", "whole_run.val")
    assert "of all phases" in (folder / "heat_map.svg").read_text()


def test_several_sweeps_are_drawn_apart(folder: Path, plot: Run, tmp_path: Path) -> None:
    other = write_results(tmp_path / "other", [finished(rate, 0.4, model={"name": "cnn"}) for rate in (0.0, -0.8)])
    words = (folder, other, "--kind", "heat_map", "--format", "png", "--out", tmp_path / "out")
    assert plot(*words)[0] == 0
    assert len(names(tmp_path / "out")) == 2
    status, _, err = plot(folder, other)
    assert status == 2 and "--out: must name a folder" in err and err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--kind", "heatmap"], "invalid choice: 'heatmap'"),
        (["--format", "gif"], "invalid choice: 'gif'"),
        (["--policy", "first"], "policy=first: no first.test_accuracy in this table; policies it has: last, "),
        (["--filter", "seed=9"], "no cell is left"),
    ],
)
def test_a_mistake_is_one_line(folder: Path, plot: Run, words: list[str], message: str) -> None:
    status, out, err = plot(folder, *words)
    assert (status, out) == (2, "")
    assert message in err and err.count("\n") == 1
    assert not names(folder)


def test_the_key_figures_says_what_ends_a_run(gls_sweep, tmp_path):
    folder = tmp_path / "results" / "digits"
    done = gls_sweep("schedule=quick", "figures=[transition,training_curves]")
    assert done.status == 0, done.err
    assert [path.name for path in sorted(folder.glob("*.png"))] == ["training_curves.png", "transition.png"]
    assert gls_sweep("schedule=quick", "figures=[transition]").status == 0
    assert len(list(folder.glob("cells/*/*"))) == 1  # the very same cell


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("figures=[heat_mapp]", "figures=heat_mapp: must be of heat_map, "),
        ("figures=[heat_map],[regions]", "figures: must be the same for all cells"),
        ("figures=heat_map", "figures=heat_map: must be a list"),
    ],
)
def test_figures_that_there_are_not_stop_a_sweep_before_it_trains(gls_sweep, tmp_path, word, message):
    done = gls_sweep("-m", "schedule=quick", "noise.rate=0.2", "seed=0", "loss.smooth_rate=0", word)
    assert (done.status, len(done.lines)) == (2, 1), done.err
    assert message in done.err
    assert not (tmp_path / "results" / "digits" / "cells").exists()
