"""Presets for known folders of images, on folders laid out as their authors hand them out, in small."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gls_sweep.sweep.work.loading import load_source
from tests.conftest import MakeCell
from tests.data.openml_files import keep


def save(*paths: Path) -> None:
    for value, path in enumerate(paths):
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((10, 12, 3), value, np.uint8)).save(path)


def write(path: Path, *lines: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n")


def clothing1m(root: Path) -> None:
    train, test = [f"images/{i}/{i},{i}.jpg" for i in range(4)], ["images/7/8,9.jpg", "images/7/1,1.jpg"]
    save(*(root / path for path in train + test))
    write(root / "noisy_train_key_list.txt", *train)
    write(root / "noisy_label_kv.txt", *(f"{path} {i * 4}" for i, path in enumerate(train)), "images/7/8,9.jpg 1")
    write(root / "clean_test_key_list.txt", *test)
    write(root / "clean_label_kv.txt", *(f"{path} 13" for path in test), f"{train[0]} 5")


def webvision(root: Path) -> None:
    train = [f"google/q000{i}/x{i}.jpg" for i in range(5)]
    save(*(root / path for path in train), *(root / "val_images_256" / f"val{i}.jpg" for i in range(2)))
    labels = (0, 4, 8, 12, 50)
    write(root / "info/train_filelist_google.txt", *(f"{path} {i}" for path, i in zip(train, labels, strict=True)))
    write(root / "info/val_filelist.txt", "val0.jpg 13", "val1.jpg 13", "val2.jpg 900")


def food101n(root: Path) -> None:
    classes = [f"dish{i:03d}" for i in range(101)]
    train = [f"dish{i:03d}/{i}.jpg" for i in (0, 4, 8, 12)]
    save(*(root / "Food-101N_release/images" / path for path in train))
    save(*(root / "food-101/images" / f"dish013/{i}.jpg" for i in range(2)))
    write(root / "Food-101N_release/meta/imagelist.tsv", "class_name/key", *train)
    write(root / "food-101/meta/classes.txt", *classes)
    write(root / "food-101/meta/test.txt", "dish013/0", "dish013/1")


@pytest.mark.parametrize(("layout", "num_classes"), [(clothing1m, 14), (webvision, 50), (food101n, 101)])
def test_a_preset_finds_the_lists_the_images_and_the_labels(
    layout: Callable[[Path], None], num_classes: int, tmp_path: Path, make_cell: MakeCell
) -> None:
    layout(tmp_path / "set")
    places = [f"dataset.root={tmp_path / 'set'}", f"dataset.cache={tmp_path / 'cache'}", "dataset.val_fraction=0"]
    data = load_source(make_cell(f"dataset={layout.__name__}", *places, "noise=clean").config).dataset
    assert data.input_shape == (3, 224, 224)
    assert data.num_classes == num_classes
    assert (data.labels.tolist(), data.test_labels.tolist()) == ([0, 4, 8, 12], [13, 13])
    assert [int(image.float().mean().round()) for image in data.inputs] == [0, 1, 2, 3]
    assert not data.labels_are_true
    assert data.augmentation is not None


def test_splice_is_junctions_against_none(tmp_path: Path, make_cell: MakeCell) -> None:
    keep(tmp_path, "splice", 1)
    data = load_source(make_cell("dataset=splice", f"dataset.root={tmp_path}").config).dataset
    # Two thirds of the rows are EI or IE.
    assert np.bincount(data.labels).tolist() == [6, 13]
