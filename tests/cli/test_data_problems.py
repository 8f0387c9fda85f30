"""Mistakes that only the data show: told in one line before anything trains, whoever launches."""

import numpy as np
import pytest

TWO_CELLS = "-m schedule=quick seed=0 loss.smooth_rate=0 launcher.processes=1"


@pytest.fixture
def files(tmp_path):
    np.save(tmp_path / "odd_rows.npy", np.full((10, 10), 0.2))
    np.save(tmp_path / "small.npy", np.eye(3))
    (tmp_path / "broken.parquet").write_text("no parquet")
    return sorted(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("dataset=breast_cancer noise=gls_pairs", ["noise=gls_pairs", "10 classes", "noise=pairflip"]),
        ("noise=matrix noise.matrix=odd_rows.npy", ["noise.matrix", "row 0 sums to 2", "must sum to 1"]),
        ("noise=matrix noise.matrix=small.npy", ["noise.matrix", "(3, 3)", "(10, 10)"]),
        ("noise=matrix noise.matrix=[[0.9,0.1],[0.5]]", ["noise.matrix", "rows of numbers"]),
        (
            "dataset=parquet dataset.train=broken.parquet dataset.test=broken.parquet",
            ["dataset.train", "broken.parquet", "not a readable parquet file"],
        ),
        ("dataset=twonorm model=cnn_small", ["model = cnn_small", "needs images", "model=mlp"]),
        ("model=cnn9", ["model = cnn9", "28x28", "8x8"]),
        ("model=torchvision model.architecture=resnet5", ["model.architecture", "resnet5", "resnet50"]),
    ],
)
def test_a_cell_alone(words, parts, gls_sweep, files):
    done = gls_sweep(*words.split(), "schedule=quick")
    assert (done.status, done.out) == (2, "")
    assert len(done.lines) == 1, done.err
    assert all(part in done.err for part in parts), done.err
    assert sorted(done.folder.iterdir()) == files


@pytest.mark.parametrize("launcher", ["packed", "basic"])
def test_one_bad_cell_of_a_sweep_stops_it_before_it_begins(launcher, gls_sweep):
    words = f"{TWO_CELLS} dataset=twonorm noise=clean,gls_pairs hydra/launcher={launcher}"
    done = gls_sweep(*words.split())
    assert done.status == 2
    assert "noise=gls_pairs: knows the 10 classes" in done.lines[-1]
    assert not [line for line in done.lines if "Error executing job" in line or "Traceback" in line]
    assert done.records == []
