"""MNIST, Fashion-MNIST and SVHN in torchvision's own file formats, written here in small."""

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.io import savemat
from torchvision import datasets

from gls_sweep.data import Augmentation, Dataset, fashion_mnist, mnist, svhn
from gls_sweep.errors import UserError

RNG = np.random.default_rng(0)


def write_idx(file: Path, array: np.ndarray) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    file.write_bytes(header + array.astype(np.uint8).tobytes())


def write_mnist(folder: Path, part: str, n: int) -> tuple[np.ndarray, np.ndarray]:
    images, labels = RNG.integers(256, size=(n, 28, 28), dtype=np.uint8), RNG.permutation(np.arange(n) % 10)
    write_idx(folder / f"{part}-images-idx3-ubyte", images)
    write_idx(folder / f"{part}-labels-idx1-ubyte", labels)
    return images, labels


@pytest.mark.parametrize(
    ("load", "folder", "names", "flip"),
    [(mnist, "MNIST", "3 - three", False), (fashion_mnist, "FashionMNIST", "Dress", True)],
)
def test_grey_images_of_one_channel(
    tmp_path: Path, load: Callable[..., Dataset], folder: str, names: str, flip: bool
) -> None:
    images, labels = write_mnist(tmp_path / folder / "raw", "train", 30)
    test_images, test_labels = write_mnist(tmp_path / folder / "raw", "t10k", 20)
    data = load(root=tmp_path, download=False, augment=True)
    assert torch.equal(data.inputs, torch.from_numpy(images)[:, None])
    assert torch.equal(data.test_inputs, torch.from_numpy(test_images)[:, None])
    assert (data.labels.tolist(), data.test_labels.tolist()) == (labels.tolist(), test_labels.tolist())
    assert data.class_names[3] == names
    assert data.augmentation == Augmentation(crop_padding=4, flip=flip)
    assert load(root=tmp_path, download=False, augment=False).augmentation is None


def write_svhn(file: Path, n: int) -> tuple[np.ndarray, np.ndarray]:
    images, digits = RNG.integers(256, size=(32, 32, 3, n), dtype=np.uint8), RNG.permutation(np.arange(n) % 10)
    savemat(file, {"X": images, "y": np.where(digits == 0, 10, digits).astype(np.uint8)[:, None]})
    return images.transpose(3, 2, 0, 1), digits


def test_svhn_calls_the_digit_0_by_its_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = {part: [url, name, None] for part, (url, name, _) in datasets.SVHN.split_list.items()}
    monkeypatch.setattr(datasets.SVHN, "split_list", parts)
    images, digits = write_svhn(tmp_path / "train_32x32.mat", 25)
    test_images, test_digits = write_svhn(tmp_path / "test_32x32.mat", 15)
    data = svhn(root=tmp_path, download=False, augment=True)
    assert torch.equal(data.inputs, torch.from_numpy(images.copy()))
    assert torch.equal(data.test_inputs, torch.from_numpy(test_images.copy()))
    assert (data.labels.tolist(), data.test_labels.tolist()) == (digits.tolist(), test_digits.tolist())
    assert data.inputs.is_contiguous()
    assert data.augmentation == Augmentation(crop_padding=4, flip=False)


@pytest.mark.parametrize(("load", "folder"), [(mnist, "MNIST/raw"), (fashion_mnist, "FashionMNIST/raw"), (svhn, "")])
def test_absent_files_are_one_line_with_the_way_out(tmp_path: Path, load: Callable[..., Dataset], folder: str) -> None:
    with pytest.raises(
        UserError, match=rf"^dataset.root = .*{folder}; put them there, .*dataset.download=true"
    ) as error:
        load(root=tmp_path, download=False, augment=True)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("content", [b"", b"\0\0\x08\x03", b"<html>not found</html>"])
def test_damaged_files_are_one_line(tmp_path: Path, content: bytes) -> None:
    for part in ("train", "t10k"):
        write_mnist(tmp_path / "MNIST" / "raw", part, 20)
    (tmp_path / "MNIST" / "raw" / "train-images-idx3-ubyte").write_bytes(content)
    with pytest.raises(UserError, match=r"no intact files in .*MNIST/raw"):
        mnist(root=tmp_path, download=False, augment=True)


def test_a_failed_download_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets.MNIST, "mirrors", ["http://127.0.0.1:1/"])
    with pytest.raises(UserError, match=r"download from http://127.0.0.1:1/ failed .* put the original files") as error:
        mnist(root=tmp_path, download=True, augment=True)
    assert "\n" not in str(error.value)
