"""Parquet files of images, as Hugging Face stores them."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from PIL import Image

from gls_sweep.data import Augmentation, parquet
from gls_sweep.errors import UserError

RNG = np.random.default_rng(0)


def png(pixels: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="png")
    return buffer.getvalue()


def write(file: Path, images: list[Any], labels: Any, columns: tuple[str, str] = ("img", "label")) -> Path:
    cells = [None if image is None else {"bytes": image, "path": None} for image in images]
    kind = pa.struct({"bytes": pa.binary(), "path": pa.string()})
    pq.write_table(pa.table({columns[0]: pa.array(cells, kind), columns[1]: labels}), file, row_group_size=3)
    return file


def colour(n: int, size: tuple[int, int] = (6, 9)) -> list[np.ndarray]:
    return list(RNG.integers(256, size=(n, *size, 3), dtype=np.uint8))


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return write(tmp_path / "good.parquet", [png(image) for image in colour(4)], [0, 1, 2, 1])


def test_pixels_and_integer_labels_in_the_order_of_the_rows(tmp_path: Path) -> None:
    train, test = colour(8), colour(4)
    train_file = write(tmp_path / "train.parquet", [png(image) for image in train], [0, 3, 1, 1, 0, 2, 0, 1])
    test_file = write(tmp_path / "test.parquet", [png(image) for image in test], [4, 0, 1, 2])
    data = parquet(train=train_file, test=str(test_file))
    assert torch.equal(data.inputs, torch.from_numpy(np.stack(train)).permute(0, 3, 1, 2))
    assert torch.equal(data.test_inputs, torch.from_numpy(np.stack(test)).permute(0, 3, 1, 2))
    assert data.labels.tolist() == [0, 3, 1, 1, 0, 2, 0, 1]
    assert data.test_labels.tolist() == [4, 0, 1, 2]
    assert data.class_names == ("0", "1", "2", "3", "4")
    assert data.augmentation is None


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())])
def test_string_labels_and_column_names(tmp_path: Path, kind: pa.DataType) -> None:
    names = ["dog", "cat", "dog", "ant"]
    columns = ("image", "animal")
    file = write(tmp_path / "t.parquet", [png(image) for image in colour(4)], pa.array(names).cast(kind), columns)
    data = parquet(train=file, test=file, image_column="image", label_column="animal", augment=True)
    assert data.class_names == ("ant", "cat", "dog")
    assert data.labels.tolist() == [2, 1, 2, 0]
    assert data.augmentation == Augmentation(crop_padding=4, flip=True)


def test_limit_takes_the_first_rows_of_both_files_and_keeps_the_classes(tmp_path: Path) -> None:
    images = colour(8)
    file = write(tmp_path / "t.parquet", [png(image) for image in images], list(range(8)))
    data = parquet(train=file, test=file, limit=5)
    assert data.labels.tolist() == data.test_labels.tolist() == [0, 1, 2, 3, 4]
    assert torch.equal(data.inputs, torch.from_numpy(np.stack(images[:5])).permute(0, 3, 1, 2))
    assert data.num_classes == 8


def test_greyscale_has_one_channel_unless_one_image_has_colour(tmp_path: Path, good: Path) -> None:
    grey = list(RNG.integers(256, size=(3, 6, 9), dtype=np.uint8))
    file = write(tmp_path / "grey.parquet", [png(image) for image in grey], [0, 1, 2])
    alone = parquet(train=file, test=file)
    assert torch.equal(alone.inputs, torch.from_numpy(np.stack(grey))[:, None])
    mixed = parquet(train=file, test=good)
    assert torch.equal(mixed.inputs, alone.inputs.expand(-1, 3, -1, -1))


def with_column(file: Path, name: str, values: list[Any]) -> Path:
    table = pq.read_table(file)
    pq.write_table(table.append_column(name, pa.array(values)), file)
    return file


def test_a_column_of_noisy_labels_beside_the_true_ones(tmp_path: Path, good: Path) -> None:
    file = write(tmp_path / "t.parquet", [png(image) for image in colour(4)], [0, 1, 2, 1])
    with_column(file, "noisy", [1, 1, 0, 3])
    data = parquet(train=file, test=good, noisy_label_column="noisy", limit=3)
    assert data.labels.tolist() == [0, 1, 2]
    assert {name: labels.tolist() for name, labels in data.noisy_labels.items()} == {"given": [1, 1, 0]}
    assert (data.num_classes, data.labels_are_true) == (4, True)
    assert not parquet(train=file, test=good, label_column="label", labels_are_true=False).labels_are_true


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (["a", "b", "a", "b"], "must both be integers or both be strings"),
        ([0, 1, None, 1], "row 2 has no label"),
        ([0, 1, -1, 1], "row 2 has label '-1'"),
        ([0.0, 1.0, 1.0, 1.0], "column 'noisy' is of type double"),
    ],
)
def test_bad_noisy_labels(tmp_path: Path, good: Path, values: list[Any], message: str) -> None:
    file = write(tmp_path / "t.parquet", [png(image) for image in colour(4)], [0, 1, 2, 1])
    with pytest.raises(UserError, match=message):
        parquet(train=with_column(file, "noisy", values), test=good, noisy_label_column="noisy")
    with pytest.raises(UserError, match=r"no column 'other'; set dataset.noisy_label_column to one of"):
        parquet(train=file, test=good, noisy_label_column="other")


def test_real_cifar10(shared_data: Path) -> None:
    folder = shared_data / "cifar10"
    data = parquet(train=folder / "train.parquet", test=folder / "test.parquet", limit=60, augment=True)
    assert data.inputs.shape == data.test_inputs.shape == (60, 3, 32, 32)
    # The known head of CIFAR-10: frog, truck, truck, deer, automobile.
    assert data.labels[:5].tolist() == [6, 9, 9, 4, 1]
    assert data.num_classes == 10
    assert abs(data.inputs.float().mean() - 121) < 15


def test_missing_file(good: Path) -> None:
    with pytest.raises(UserError, match=r"^dataset.test = 'nowhere.parquet': no such file"):
        parquet(train=good, test="nowhere.parquet")


@pytest.mark.parametrize("content", [b"", b"label,img\n1,2\n" * 10])
def test_a_file_of_another_kind(tmp_path: Path, good: Path, content: bytes) -> None:
    other = tmp_path / "other.csv"
    other.write_bytes(content)
    with pytest.raises(UserError, match=r"^dataset.train = .*other.csv': not a readable parquet file") as error:
        parquet(train=other, test=good)
    assert "\n" not in str(error.value)


def test_a_folder_is_not_a_file(tmp_path: Path, good: Path) -> None:
    with pytest.raises(UserError, match=r"^dataset.train = .*not a readable parquet file"):
        parquet(train=tmp_path, test=good)


def test_missing_columns_list_those_there(good: Path) -> None:
    with pytest.raises(UserError, match=r"no column 'image'; set dataset.image_column to .*: img, label$"):
        parquet(train=good, test=good, image_column="image")
    with pytest.raises(UserError, match=r"no column 'y'; set dataset.label_column to .*: img, label$"):
        parquet(train=good, test=good, label_column="y")


def test_columns_of_another_type(tmp_path: Path, good: Path) -> None:
    with pytest.raises(UserError, match="column 'label' is of type int64; images must be structs"):
        parquet(train=good, test=good, image_column="label")
    floats = write(tmp_path / "f.parquet", [png(image) for image in colour(2)], [0.0, 1.0])
    with pytest.raises(UserError, match="column 'label' is of type double; labels must be integers or strings"):
        parquet(train=floats, test=good)


def test_empty_file(tmp_path: Path, good: Path) -> None:
    empty = write(tmp_path / "empty.parquet", [], pa.array([], pa.int64()))
    with pytest.raises(UserError, match=r"^dataset.test = .*: the file has no rows"):
        parquet(train=good, test=empty)


BROKEN = {
    "not an image": b"hello",
    "cut short": png(colour(1, (64, 64))[0])[:2000],
    "16 bits": png(np.full((6, 9), 40_000, np.uint16)),
    "no bytes": None,
}


@pytest.mark.parametrize("image", BROKEN.values(), ids=BROKEN.keys())
def test_a_bad_image_is_named_by_its_row(tmp_path: Path, good: Path, image: bytes | None) -> None:
    images = [png(pixels) for pixels in colour(4)]
    file = write(tmp_path / "bad.parquet", [*images, image], [0, 1, 0, 1, 0])
    with pytest.raises(UserError, match=r"^dataset.train = .*: the image of row 4 cannot be read \(.+\)") as error:
        parquet(train=file, test=good)
    assert "\n" not in str(error.value)
    assert parquet(train=file, test=good, limit=4).inputs.shape == (4, 3, 6, 9)


def test_mixed_sizes(tmp_path: Path, good: Path) -> None:
    images = [png(pixels) for pixels in [*colour(2), *colour(1, (7, 5))]]
    file = write(tmp_path / "mixed.parquet", images, [0, 1, 0])
    with pytest.raises(UserError, match="the image of row 2 is 5x7, that of row 0 is 9x6"):
        parquet(train=file, test=good)
    other = write(tmp_path / "other.parquet", images[2:], [0])
    with pytest.raises(UserError, match="both must be of one kind and size"):
        parquet(train=good, test=other)


@pytest.mark.parametrize(
    ("train_labels", "test_labels", "message"),
    [
        ([0, None], [0, 1], r"^dataset.train = .*: row 1 has no label"),
        ([0, 1], [0, -1], r"^dataset.test = .*: row 1 has label '-1', not one of 0, 1$"),
        ([0, 10**12], [0, 1], r"^dataset.train = .*: label 1000000000000 exceeds the number of training rows"),
        (["a", "b"], ["a", "c"], r"^dataset.test = .*: row 1 has label 'c', not one of a, b$"),
        (["0", "1"], [0, 1], r"^dataset.train = .*: its labels and those of dataset.test must both be"),
        ([0, 0], [0, 0], "at least 2 classes"),
    ],
)
def test_bad_labels(tmp_path: Path, train_labels: list[Any], test_labels: list[Any], message: str) -> None:
    images = [png(pixels) for pixels in colour(2)]
    train = write(tmp_path / "train.parquet", images, train_labels)
    test = write(tmp_path / "test.parquet", images, test_labels)
    with pytest.raises(UserError, match=message):
        parquet(train=train, test=test)


@pytest.mark.parametrize("limit", [0, -3])
def test_bad_limit(good: Path, limit: int) -> None:
    with pytest.raises(UserError, match=rf"^dataset.limit = {limit}: must be at least 1"):
        parquet(train=good, test=good, limit=limit)
