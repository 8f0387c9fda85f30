"""A practitioner's data: noisy labels, nobody knows the truth."""

import csv
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer

from gls_sweep import load_table

UNKNOWN = ["train_accuracy_true", "train_accuracy_clean", "train_flipped_given", "train_flipped_true"]


def write_table(path: Path) -> None:
    """Write a table whose last column is a label, wrong in three of ten rows."""
    data = load_breast_cancer()
    wrong = np.random.default_rng(0).random(len(data.target)) < 0.3
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([*(f"f{i}" for i in range(30)), "label"])
        writer.writerows([*row, label] for row, label in zip(data.data, data.target ^ wrong, strict=True))


def test_they_train_and_the_rate_is_estimated(gls_sweep, tmp_path):
    write_table(tmp_path / "mine.csv")
    words = ["dataset=table", "dataset.train=mine.csv", "dataset.labels_are_true=false", "noise=clean"]
    done = gls_sweep("-m", *words, "schedule=warmup", "loss.smooth_rate=auto,0", "seed=0", "launcher.processes=1")
    assert done.status == 0
    assert "unknown realised" in done.err
    table = load_table(tmp_path / "results" / "table")
    assert table["noise.realised_rate"].isna().all()
    assert table[[f"val.{name}" for name in UNKNOWN]].isna().all(axis=None)
    estimate = table["estimate.noise_rate"].dropna()
    assert len(estimate) == 1 and estimate.iat[0] == pytest.approx(0.3, abs=0.15)
    (record,) = [record for record in done.records if "estimate" in record]
    assert record["noise"]["realised_transition"] is None
    assert np.sum(record["estimate"]["transition"], 1) == pytest.approx(1)


def test_nobody_knows_the_true_matrix(gls_sweep, tmp_path):
    write_table(tmp_path / "mine.csv")
    words = ["dataset=table", "dataset.train=mine.csv", "dataset.labels_are_true=false", "noise=clean"]
    done = gls_sweep(*words, "loss=forward", "loss.transition=true")
    assert done.status == 2
    assert "loss.transition=true: nobody knows it for these labels" in done.err
