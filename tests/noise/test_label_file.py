"""Labels from files: every format gives back what was written, and nothing else gets in."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from gls_sweep import noise
from gls_sweep.errors import UserError

CLASSES = 10
RNG = noise.label_sampler("numpy", 0)
WRITERS: dict[str, Callable[[Path, np.ndarray], object]] = {
    "array.npy": lambda path, labels: np.save(path, labels),
    "column.npy": lambda path, labels: np.save(path, labels.astype(np.uint8)[:, None]),
    "floats.npy": lambda path, labels: np.save(path, labels.astype(np.float16)),
    "fortran.npy": lambda path, labels: np.save(path, np.asfortranarray(labels[:, None])),
    "big_endian.npy": lambda path, labels: np.save(path, labels.astype(">i2")),
    "savetxt.csv": lambda path, labels: np.savetxt(path, labels),
    "bare.csv": lambda path, labels: path.write_text("\n".join(map(str, labels))),
    "header.csv": lambda path, labels: path.write_text("étiquette\r\n" + "\r\n".join(map(str, labels)), "utf-8-sig"),
    "list.json": lambda path, labels: path.write_text(json.dumps(labels.tolist())),
    "column.json": lambda path, labels: path.write_text(json.dumps(labels[:, None].tolist())),
    "object.json": lambda path, labels: path.write_text(json.dumps({"by": "us", "labels": labels.tolist()})),
    "array.pt": lambda path, labels: torch.save(labels, path),
    "narrow.pt": lambda path, labels: torch.save(labels.astype(np.int16), path),
    "list.pt": lambda path, labels: torch.save(labels.tolist(), path),
    "tensor.pt": lambda path, labels: torch.save(torch.from_numpy(labels), path),
    "old.pt": lambda path, labels: torch.save({"y": labels}, path, _use_new_zipfile_serialization=False),
    "UPPER.NPY": lambda path, labels: path.write_bytes(npy_bytes(path, labels)),
}

label_lists = st.lists(st.integers(0, CLASSES - 1), min_size=2, max_size=40).map(lambda values: np.array(values))


def npy_bytes(path: Path, labels: np.ndarray) -> bytes:
    np.save(path.with_name("other.npy"), labels)
    return path.with_name("other.npy").read_bytes()


def read(path: Path, clean: np.ndarray, key: str | None = None) -> noise.NoisyLabels:
    return noise.file(clean, RNG, num_classes=CLASSES, path=path, key=key)


@pytest.mark.parametrize("name", WRITERS)
@given(labels=label_lists)
def test_every_format_gives_back_what_was_written(
    name: str, labels: np.ndarray, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / name
    WRITERS[name](path, labels)
    drawn = read(path, labels)
    np.testing.assert_array_equal(drawn.labels, labels)
    assert drawn.labels.dtype == np.int64
    noise.check_noisy_labels(drawn, len(labels), CLASSES)


@given(clean=label_lists, data=st.data())
def test_the_transition_is_the_measured_one(
    clean: np.ndarray, data: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    noisy = np.array(data.draw(st.lists(st.integers(0, CLASSES - 1), min_size=len(clean), max_size=len(clean))))
    path = tmp_path_factory.getbasetemp() / "measured.npy"
    np.save(path, noisy)
    transition = read(path, clean).transition
    np.testing.assert_array_equal(transition, noise.realised_transition(clean, noisy, CLASSES))
    assert np.isnan(transition[np.setdiff1d(np.arange(CLASSES), clean)]).all()


@given(labels=label_lists, position=st.integers(0, 39), value=st.floats().filter(lambda v: v not in range(CLASSES)))
def test_one_wrong_label_is_found_and_named(
    labels: np.ndarray, position: int, value: float, tmp_path_factory: pytest.TempPathFactory
) -> None:
    position %= len(labels)
    wrong = labels.astype(float)
    wrong[position] = value
    path = tmp_path_factory.getbasetemp() / "wrong.npy"
    np.save(path, wrong)
    with pytest.raises(UserError, match=rf"sample {position} has label .*must be one of the class numbers 0\.\.9$"):
        read(path, labels)


@given(labels=label_lists, other=label_lists)
def test_clean_labels_in_the_file_must_be_the_datasets(
    labels: np.ndarray, other: np.ndarray, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "gls.pt"
    other = np.resize(other, len(labels))
    torch.save({"noise_label_train": labels, "clean_label_train": torch.from_numpy(other)[:, None]}, path)
    if (different := np.count_nonzero(labels != other)) == 0:
        np.testing.assert_array_equal(read(path, labels).labels, labels)
    else:
        with pytest.raises(UserError, match=f"clean_label_train differs .* in {different} of {len(labels)} samples"):
            read(path, labels)


def test_the_published_files(shared_data: Path) -> None:
    """CIFAR-10N and a file of the GLS code, as they are published; their rates are known."""
    import pandas as pd

    folder = shared_data / "cifar10"
    clean = pd.read_parquet(folder / "train.parquet", columns=["label"])["label"].to_numpy()
    for name, key, rate in [
        ("CIFAR-10_human.pt", "aggre_label", 0.0901),
        ("CIFAR-10_human.pt", "worse_label", 0.4021),
        ("labels_uniform_0.45.pt", None, 0.449),
    ]:
        drawn = read(folder / name, clean, key)
        assert noise.realised_rate(clean, drawn.labels) == pytest.approx(rate, abs=5e-5)
        with pytest.raises(UserError, match="differs from the dataset's labels"):
            read(folder / name, np.roll(clean, 1), key)


class Malicious:
    """Makes a folder where it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.folder),)


@pytest.mark.parametrize("name", ["new.pt", "old.pt", "array.npy", "disguised.npy", "disguised.json", "disguised.csv"])
def test_a_malicious_pickle_does_not_run(name: str, tmp_path: Path) -> None:
    harm = tmp_path / "harm"
    path = tmp_path / name
    if name == "array.npy":
        np.save(path, np.array([Malicious(harm)]), allow_pickle=True)
    else:
        torch.save([Malicious(harm)], path, _use_new_zipfile_serialization=name != "old.pt")
    with pytest.raises(UserError, match="cannot be read as") as error:
        read(path, np.array([0, 1]))
    assert "\n" not in str(error.value)
    assert not harm.exists()


def test_the_malicious_pickle_would_run(tmp_path: Path) -> None:
    torch.save([Malicious(tmp_path / "harm")], tmp_path / "a.pt")
    torch.load(tmp_path / "a.pt", weights_only=False)
    assert (tmp_path / "harm").exists()
