"""CIFAR in torchvision's own file format, written here in small."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torchvision import datasets

from gls_sweep.data import Augmentation, cifar10, cifar100
from gls_sweep.errors import UserError


def write_batch(file: Path, key: str, num_classes: int, seed: int) -> tuple[np.ndarray, list[int]]:
    rng = np.random.default_rng(seed)
    images, labels = rng.integers(256, size=(20, 3072), dtype=np.uint8), rng.integers(num_classes, size=20).tolist()
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(pickle.dumps({"data": images, key: labels}))
    return images.reshape(-1, 3, 32, 32), labels


def without_checksums(monkeypatch: pytest.MonkeyPatch, source: type[datasets.CIFAR10]) -> None:
    monkeypatch.setattr(source, "train_list", [[name, None] for name, _ in source.train_list])
    monkeypatch.setattr(source, "test_list", [[name, None] for name, _ in source.test_list])
    monkeypatch.setattr(source, "meta", source.meta | {"md5": None})


def test_cifar10_reads_every_batch_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_checksums(monkeypatch, datasets.CIFAR10)
    folder = tmp_path / "cifar-10-batches-py"
    batches = [write_batch(folder / f"data_batch_{i}", "labels", 10, seed=i) for i in range(1, 6)]
    test_images, test_labels = write_batch(folder / "test_batch", "labels", 10, seed=6)
    names = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
    (folder / "batches.meta").write_bytes(pickle.dumps({"label_names": names}))

    data = cifar10(root=tmp_path, download=False, augment=True)
    assert torch.equal(data.inputs, torch.from_numpy(np.concatenate([images for images, _ in batches])))
    assert data.labels.tolist() == [label for _, labels in batches for label in labels]
    assert torch.equal(data.test_inputs, torch.from_numpy(test_images))
    assert data.test_labels.tolist() == test_labels
    assert data.class_names == tuple(names)
    assert data.augmentation == Augmentation(crop_padding=4, flip=True)
    assert data.inputs.is_contiguous()


def test_cifar100_reads_fine_labels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_checksums(monkeypatch, datasets.CIFAR100)
    folder = tmp_path / "cifar-100-python"
    images, labels = write_batch(folder / "train", "fine_labels", 100, seed=0)
    write_batch(folder / "test", "fine_labels", 100, seed=1)
    (folder / "meta").write_bytes(pickle.dumps({"fine_label_names": [f"class {i}" for i in range(100)]}))

    data = cifar100(root=str(tmp_path), download=False, augment=False)
    assert torch.equal(data.inputs, torch.from_numpy(images))
    assert data.labels.tolist() == labels
    assert data.num_classes == 100
    assert data.augmentation is None


class Trap:
    """Leaves a mark when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return Path.touch, (self.mark,)


def test_files_of_another_content_are_never_unpickled(tmp_path: Path) -> None:
    folder, mark = tmp_path / "cifar-10-batches-py", tmp_path / "mark"
    folder.mkdir()
    for name in [*(f"data_batch_{i}" for i in range(1, 6)), "test_batch", "batches.meta"]:
        (folder / name).write_bytes(pickle.dumps(Trap(mark)))
    with pytest.raises(UserError, match=r"no intact files in .*cifar-10-batches-py"):
        cifar10(root=tmp_path, download=False, augment=True)
    assert not mark.exists()


def test_absent_files_are_one_line_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"^dataset.root = .*cifar-100-python; .*dataset.download=true") as error:
        cifar100(root=tmp_path, download=False, augment=True)
    assert "\n" not in str(error.value)


def test_a_failed_download_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets.CIFAR10, "url", "http://127.0.0.1:1/cifar-10-python.tar.gz")
    with pytest.raises(
        UserError, match=r"download from http://127.0.0.1:1/.* failed .* put the original files"
    ) as error:
        cifar10(root=tmp_path, download=True, augment=True)
    assert "\n" not in str(error.value)
