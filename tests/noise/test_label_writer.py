"""What is written can be read again by `noise=file` and by the code of the GLS paper."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from gls_sweep import noise
from gls_sweep.errors import UserError
from gls_sweep.noise.label_writer import WRITERS, write_labels

CLASSES = 7
RNG = noise.label_sampler("numpy", 0)
CLEAN, NOISY = np.array([2, 0, 1, 1]), np.array([2, 1, 1, 0])
pairs = st.lists(st.tuples(st.integers(0, CLASSES - 1), st.integers(0, CLASSES - 1)), min_size=2).map(
    lambda rows: np.array(rows, dtype=np.int64).T
)


@pytest.mark.parametrize("ending", [*WRITERS, ".PT"])
@given(labels=pairs)
def test_what_is_written_is_read_again(
    ending: str, labels: np.ndarray, tmp_path_factory: pytest.TempPathFactory
) -> None:
    clean, noisy = labels
    path = tmp_path_factory.getbasetemp() / f"labels{ending}"
    for known in (clean, None):
        write_labels(path, noisy, known, {"rate": 0.2})
        drawn = noise.file(clean, RNG, num_classes=CLASSES, path=path)
        np.testing.assert_array_equal(drawn.labels, noisy)


@pytest.mark.parametrize("ending", [".csv", ".json", ".pt"])
def test_clean_labels_are_held_against_the_datasets(ending: str, tmp_path: Path) -> None:
    path = write_labels(tmp_path / f"labels{ending}", NOISY, CLEAN, {})
    with pytest.raises(UserError, match="differs from the dataset's labels in 4 of 4 samples"):
        noise.file(CLEAN[::-1], RNG, num_classes=CLASSES, path=path)


def test_files_are_as_others_expect_them(tmp_path: Path) -> None:
    for ending in WRITERS:
        write_labels(tmp_path / f"labels{ending}", NOISY, CLEAN, {"rate": 0.2})
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"labels{ending}" for ending in sorted(WRITERS)]
    np.testing.assert_array_equal(np.load(tmp_path / "labels.npy"), NOISY)
    with (tmp_path / "labels.csv").open() as stream:
        assert list(csv.DictReader(stream))[1] == {"index": "1", "noisy_label": "1", "clean_label": "0"}
    content = json.loads((tmp_path / "labels.json").read_text())
    assert content == {"noise_label_train": [2, 1, 1, 0], "clean_label_train": [2, 0, 1, 1], "made": {"rate": 0.2}}
    # As `load_label` of the GLS code reads its files.
    gls = torch.load(tmp_path / "labels.pt", weights_only=True)
    assert torch.sum(torch.tensor(CLEAN) - gls["clean_label_train"]) == 0
    assert gls["noise_label_train"].view(-1).long().tolist() == NOISY.tolist()


def test_positions_in_another_order_are_refused(tmp_path: Path) -> None:
    path = write_labels(tmp_path / "labels.csv", NOISY, None, {})
    head, *rows = path.read_text().splitlines()
    for wrong in ([head, *reversed(rows)], [head, *rows[:-1], "x,0"], [head, *rows[:-1], "nan,0"]):
        path.write_text("\n".join(wrong))
        with pytest.raises(UserError, match=r"its index must be 0\.\.3, the samples in the dataset's order"):
            noise.file(CLEAN, RNG, num_classes=CLASSES, path=path)


def test_another_ending_is_refused_and_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"FILE=.*labels.txt: must end in \.npy, \.csv, \.json, \.pt"):
        write_labels(tmp_path / "labels.txt", NOISY, CLEAN, {})
    (tmp_path / "labels.json").write_text("before")
    with pytest.raises(TypeError):
        write_labels(tmp_path / "labels.json", NOISY, CLEAN, {"made": object()})
    assert [path.read_text() for path in tmp_path.iterdir()] == ["before"]
