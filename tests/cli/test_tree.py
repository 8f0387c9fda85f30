"""`--tree` prints the composed configuration and what was changed in it."""

import re

import pytest


@pytest.fixture
def tree(gls_sweep):
    """Print a tree; gives its lines without the branches in front."""

    def run(*words):
        done = gls_sweep("--tree", *words)
        assert (done.status, done.err) == (0, "")
        assert not list(done.folder.iterdir())
        return [re.sub(r"^[│├└─\s]+", "", line) for line in done.out.splitlines()]

    return run


def test_it_names_options_files_and_what_was_changed(tree):
    lines = tree("noise.rate=0.4", "model=cnn_small", "seed=3")
    assert "noise: symmetric  conf/noise/symmetric.yaml" in lines
    assert "rate: 0.4  (command line; default 0.2)" in lines
    assert "model: cnn_small  conf/model/cnn_small.yaml  (command line)" in lines
    assert "seed: 3  (${seed})" in lines
    assert "loss: ce  conf/loss/ce.yaml" in lines  # of the warm-up
    assert "smooth_rate: 0.0" in lines


def test_a_sweep_shows_what_is_swept(tree):
    lines = tree("-m", "loss=ce,gls", "loss.smooth_rate=0,-2", "seed=1")
    assert "loss: ce, gls  (swept)" in lines
    assert "smooth_rate: 0, -2  (swept)" in lines
    assert "rate: 0, 0.2, 0.4, 0.6  (swept)" in lines
    assert "seed: 1  (command line; default 0)" in lines


def test_a_preset_is_told_from_the_command_line(tree):
    lines = tree("experiment=suspects", "dataset.val_fraction=0.1")
    assert "experiment: suspects  conf/experiment/suspects.yaml  (command line)" in lines
    assert "sweep: suspects  (experiment=suspects; default ${dataset.name})" in lines
    assert any(re.fullmatch(r"val_fraction: 0\.1  \(command line; default 0\.25\)", line) for line in lines)


def test_values_that_are_missing_are_shown_not_checked(tree):
    assert "train: ???  (needs a value: dataset.train=...)" in tree("dataset=parquet")


def test_options_of_ones_own_show_their_folder(tree, tmp_path_factory):
    folder = tmp_path_factory.mktemp("own")
    (folder / "loss").mkdir()
    (folder / "loss" / "mine.yaml").write_text("_target_: gls_sweep.losses.ce\nname: mine\n")
    lines = tree("--config-dir", str(folder), "loss=mine")
    assert any(line.startswith("loss: mine") for line in lines)
    assert str(folder) in "".join(lines).replace(" ", "")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["noise.rat=0.4"], "did you mean noise.rate?"),
        (["loss=glz"], "did you mean gls?"),
        (["seed=0,1"], "add -m to sweep"),
    ],
)
def test_a_mistake_is_one_line(words, message, gls_sweep):
    done = gls_sweep("--tree", *words)
    assert (done.status, done.out, len(done.lines)) == (2, "", 1)
    assert message in done.lines[0]


def test_it_imports_nothing_heavy(gls_sweep_process):
    script = """
import sys
from gls_sweep.cli.sweep import main
main()
print("heavy:", *sorted({"torch", "pandas", "numpy", "matplotlib"} & set(sys.modules)))
"""
    assert gls_sweep_process("--tree", script=script).out.rpartition("heavy:")[2].strip() == ""
