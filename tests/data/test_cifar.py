"""CIFAR in torchvision's own file format, written here in small."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torchvision import datasets

from gls_sweep.data import Augmentation, cifar10, cifar10n, cifar100, cifar100n
from gls_sweep.data.cifar import CIFAR100_SUPERCLASSES
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


def write_cifar100(root: Path) -> tuple[np.ndarray, list[int]]:
    folder = root / "cifar-100-python"
    images, labels = write_batch(folder / "train", "fine_labels", 100, seed=0)
    write_batch(folder / "test", "fine_labels", 100, seed=1)
    (folder / "meta").write_bytes(pickle.dumps({"fine_label_names": [f"class {i}" for i in range(100)]}))
    return images, labels


def write_cifar10(root: Path) -> list[int]:
    folder = root / "cifar-10-batches-py"
    batches = [write_batch(folder / f"data_batch_{i}", "labels", 10, seed=i) for i in range(1, 6)]
    write_batch(folder / "test_batch", "labels", 10, seed=6)
    (folder / "batches.meta").write_bytes(pickle.dumps({"label_names": [str(i) for i in range(10)]}))
    return [label for _, labels in batches for label in labels]


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
    images, labels = write_cifar100(tmp_path)
    data = cifar100(root=str(tmp_path), download=False, augment=False)
    assert torch.equal(data.inputs, torch.from_numpy(images))
    assert data.labels.tolist() == labels
    assert data.num_classes == 100
    assert data.augmentation is None
    assert data.superclasses == CIFAR100_SUPERCLASSES


# As https://www.cs.toronto.edu/~kriz/cifar.html lists them, in the order of the coarse labels.
SUPERCLASSES = """
beaver dolphin otter seal whale
aquarium_fish flatfish ray shark trout
orchid poppy rose sunflower tulip
bottle bowl can cup plate
apple mushroom orange pear sweet_pepper
clock keyboard lamp telephone television
bed chair couch table wardrobe
bee beetle butterfly caterpillar cockroach
bear leopard lion tiger wolf
bridge castle house road skyscraper
cloud forest mountain plain sea
camel cattle chimpanzee elephant kangaroo
fox porcupine possum raccoon skunk
crab lobster snail spider worm
baby boy girl man woman
crocodile dinosaur lizard snake turtle
hamster mouse rabbit shrew squirrel
maple_tree oak_tree palm_tree pine_tree willow_tree
bicycle bus motorcycle pickup_truck train
lawn_mower rocket streetcar tank tractor
"""


def test_superclasses_are_those_of_the_names_in_the_order_of_the_fine_labels() -> None:
    lines = [line.split() for line in SUPERCLASSES.strip().splitlines()]
    coarse = {name: number for number, names in enumerate(lines) for name in names}
    # The fine labels are the names in alphabetical order.
    assert tuple(coarse[name] for name in sorted(coarse)) == CIFAR100_SUPERCLASSES


def test_cifar10n_has_the_human_labels_by_their_short_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_checksums(monkeypatch, datasets.CIFAR10)
    clean = np.array(write_cifar10(tmp_path))
    keys = ["aggre_label", "random_label1", "random_label2", "random_label3", "worse_label"]
    labels = {key: (clean + 1 + shift) % 10 for shift, key in enumerate(keys)}
    torch.save({"clean_label": clean, **labels}, tmp_path / "human.pt")

    data = cifar10n(root=tmp_path, download=False, augment=True, human_labels=tmp_path / "human.pt")
    assert list(data.noisy_labels) == ["aggre", "random1", "random2", "random3", "worse"]
    assert all(np.array_equal(found, labels[key]) for key, found in zip(keys, data.noisy_labels.values(), strict=True))
    assert np.array_equal(data.labels, clean)
    assert data.labels_are_true


def test_cifar100n_has_one_set_of_human_labels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_checksums(monkeypatch, datasets.CIFAR100)
    clean = np.array(write_cifar100(tmp_path)[1])
    coarse = np.array(CIFAR100_SUPERCLASSES)[clean]
    content = {
        "clean_label": clean,
        "noisy_label": 99 - clean,
        "clean_coarse_label": coarse,
        "noisy_coarse_label": coarse,
    }
    torch.save(content, tmp_path / "human.pt")
    data = cifar100n(root=tmp_path, download=False, augment=True, human_labels=tmp_path / "human.pt")
    assert list(data.noisy_labels) == ["noisy"]
    assert np.array_equal(data.noisy_labels["noisy"], 99 - clean)
    assert data.superclasses == CIFAR100_SUPERCLASSES


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
