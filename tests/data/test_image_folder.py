"""Folders of images of any size, by folders of classes and by list files in the forms of known data sets."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision.transforms import CenterCrop, Compose, Resize

from gls_sweep.data import Augmentation, Dataset, image_folder
from gls_sweep.errors import UserError

RNG = np.random.default_rng(0)


def save(path: Path, size: tuple[int, int] = (12, 10), mode: str = "RGB") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = RNG.integers(256, size=(size[1], size[0], 3), dtype=np.uint8)
    Image.fromarray(pixels).convert(mode).save(path, quality=95)


def save_all(folder: Path, names: list[str]) -> None:
    for name in names:
        save(folder / name)


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def load(root: Path, **options: Any) -> Dataset:
    defaults = {"train": root / "train", "test": root / "test", "size": 8, "cache": root / "cache"}
    return image_folder(root=root, **(defaults | options))


@pytest.fixture
def animals(tmp_path: Path) -> Path:
    save_all(tmp_path / "train", [f"{name}/{i}.png" for name in ("dog", "ant", "cat") for i in range(3)])
    save_all(tmp_path / "test", ["cat/0.png", "dog/0.png", "ant/deep/0.png"])
    write(tmp_path / "train" / "dog" / "notes.txt", "no image")
    return tmp_path


def test_folders_are_classes_by_sorted_names(animals: Path) -> None:
    data = load(animals, augment=True)
    assert data.class_names == ("ant", "cat", "dog")
    assert data.labels.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert data.test_labels.tolist() == [0, 1, 2]
    assert data.inputs.shape == (9, 3, 8, 8)
    assert data.on_disk
    assert data.labels_are_true
    assert data.augmentation == Augmentation(crop_padding=1, flip=True)


@pytest.mark.parametrize("size", [(12, 30), (30, 12), (16, 16), (9, 8)])
def test_pixels_are_those_of_a_resized_shorter_side_and_a_centre_crop(animals: Path, size: tuple[int, int]) -> None:
    gradient = np.linspace(0, 255, size[0] * size[1]).reshape(size[1], size[0])
    pixels = np.stack([gradient, gradient[::-1], gradient[:, ::-1]], axis=2).astype(np.uint8)
    Image.fromarray(pixels).save(animals / "train" / "ant" / "0.png")
    expected = Compose([Resize(8), CenterCrop(8)])(Image.fromarray(pixels))
    # A crop may begin between two pixels here, and at whole ones there.
    step = 255 * 8 / min(size) / 8
    assert np.abs(load(animals).inputs[0].numpy() - np.asarray(expected).transpose(2, 0, 1).astype(int)).max() < step


def test_an_image_of_the_right_size_keeps_its_pixels_whatever_its_mode(animals: Path) -> None:
    save(animals / "train" / "ant" / "0.png", (8, 8))
    save(animals / "train" / "ant" / "1.png", (8, 8), "L")
    save(animals / "train" / "ant" / "2.png", (8, 8), "P")
    data = load(animals)
    for row in range(3):
        image = Image.open(animals / "train" / "ant" / f"{row}.png").convert("RGB")
        assert np.array_equal(data.inputs[row].permute(1, 2, 0), np.asarray(image))


def test_clothing1m_has_lists_of_paths_and_files_of_labels(tmp_path: Path) -> None:
    paths = [f"images/{i % 3}/{i},1.jpg" for i in range(6)]
    save_all(tmp_path, paths)
    train = write(tmp_path / "noisy_train_key_list.txt", "\n".join(paths[:4]))
    noisy = write(tmp_path / "noisy_label_kv.txt", "\n".join(f"{path} {i % 3}" for i, path in enumerate(paths[:5])))
    test = write(tmp_path / "clean_test_key_list.txt", "\n".join(paths[4:]) + "\n\n")
    clean = write(tmp_path / "clean_label_kv.txt", "\n".join(f"{path} 0{i % 2}" for i, path in enumerate(paths)))
    data = load(
        tmp_path, train=train, test=test, train_labels=noisy, test_labels=clean, classes=14, labels_are_true=False
    )
    assert (data.labels.tolist(), data.test_labels.tolist()) == ([0, 1, 2, 0], [0, 1])
    assert (data.num_classes, data.labels_are_true) == (14, False)
    both = load(tmp_path, train=train, test=test, train_labels=clean, test_labels=clean, noisy_labels=noisy)
    assert both.labels.tolist() == [0, 1, 0, 1]
    assert {name: labels.tolist() for name, labels in both.noisy_labels.items()} == {"given": [0, 1, 2, 0]}


def test_webvision_has_lists_of_path_and_number_of_which_the_first_classes_are_used(tmp_path: Path) -> None:
    save_all(tmp_path, [f"google/q000{i}/a b.jpg" for i in range(4)])
    save_all(tmp_path / "val_images_256", ["val0.jpg", "val1.jpg"])
    train = write(
        tmp_path / "info/train_filelist_google.txt", "\n".join(f"google/q000{i}/a b.jpg {i}" for i in range(4))
    )
    test = write(tmp_path / "info/val_filelist.txt", "val0.jpg 3\nval1.jpg 1\n")
    data = load(tmp_path, train=train, test=test, test_images="val_images_256", classes=2)
    assert (data.labels.tolist(), data.test_labels.tolist(), data.class_names) == ([0, 1], [1], ("0", "1"))
    assert load(tmp_path, train=train, test=test, test_images="val_images_256").num_classes == 4


def test_food101n_has_lists_of_class_and_image(tmp_path: Path) -> None:
    names = ["waffles/a.jpg", "apple_pie/b.jpg", "waffles/c.jpg"]
    save_all(tmp_path / "Food-101N_release" / "images", names)
    save_all(tmp_path / "food-101" / "images", ["apple_pie/1.jpg", "waffles/2.jpg"])
    data = load(
        tmp_path,
        train=write(tmp_path / "Food-101N_release/meta/imagelist.tsv", "class_name/key\n" + "\n".join(names)),
        test=write(tmp_path / "food-101/meta/test.txt", "apple_pie/1\nwaffles/2\n"),
        train_images="Food-101N_release/images",
        test_images="food-101/images",
        classes=str(write(tmp_path / "food-101/meta/classes.txt", "apple_pie\nwaffles\n")),
        labels_are_true=False,
    )
    assert data.class_names == ("apple_pie", "waffles")
    assert (data.labels.tolist(), data.test_labels.tolist()) == ([1, 0, 1], [0, 1])


def test_chosen_classes_and_a_limit(animals: Path) -> None:
    data = load(animals, classes=["dog", "ant"])
    assert (data.class_names, data.labels.tolist()) == (("dog", "ant"), [1, 1, 1, 0, 0, 0])
    assert load(animals, classes=2).class_names == ("ant", "cat")
    assert load(animals, limit=3).labels.tolist() == [0, 1, 2]


def caches(root: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in (root / "cache").iterdir()}


def test_images_are_decoded_once_until_a_file_changes(animals: Path) -> None:
    first = load(animals)
    once = caches(animals)
    assert len(once) == 2
    assert all(name.endswith(".npy") for name in once)
    assert torch.equal(load(animals).inputs, first.inputs)
    assert caches(animals) == once
    save(animals / "train" / "ant" / "0.png", (8, 8))
    os.utime(animals / "train" / "ant" / "0.png", ns=(0, 0))
    again = load(animals)
    assert not torch.equal(again.inputs[0], first.inputs[0])
    assert torch.equal(again.inputs[1:], first.inputs[1:])
    assert len(caches(animals)) == 3
    assert load(animals, size=9).input_shape == (3, 9, 9)


def test_inputs_are_read_from_disk_without_a_warning(animals: Path, recwarn: pytest.WarningsRecorder) -> None:
    data = load(animals)
    assert not [str(warning.message) for warning in recwarn]
    path = next(path for path in (animals / "cache").iterdir() if np.load(path, mmap_mode="r").shape[0] == 9)
    with path.open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        file.write(bytes([int(data.inputs[-1, -1, -1, -1]) ^ 0xFF]))
        file.flush()
    assert data.inputs[-1, -1, -1, -1] == np.load(path)[-1, -1, -1, -1]


def test_several_processes_that_want_the_same_decode_it_once(animals: Path) -> None:
    program = f"""
import logging, sys
from pathlib import Path
from gls_sweep.data.image_cache import cached_images
logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s")
files = sorted(Path({str(animals / "train")!r}).rglob("*.png")) * 300
print("ready", flush=True)
sys.stdin.readline()
print("sum", cached_images(files, 64, Path({str(animals / "cache")!r})).sum().item())
"""
    options: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    running = [subprocess.Popen([sys.executable, "-c", program], **options) for _ in range(2)]
    assert [process.stdout.readline() for process in running] == ["ready\n"] * 2
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    lines = [line for process in running for line in process.communicate()[0].splitlines()]
    assert all(process.returncode == 0 for process in running)
    assert sum(line.startswith("decoding images: 0 of 2700") for line in lines) == 1
    assert len({line for line in lines if line.startswith("sum")}) == 1
    assert all(name.endswith(".npy") for name in caches(animals))


BROKEN = {"no image": b"hello", "empty": b"", "cut short": None, "absent": None}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_bad_image_is_named_and_leaves_no_cache(animals: Path, kind: str) -> None:
    path = animals / "train" / "cat" / "1.png"
    save(path, (40, 40))
    path.write_bytes(path.read_bytes()[:900] if kind == "cut short" else BROKEN[kind] or b"")
    train = write(animals / "list.txt", "\n".join(f"cat/{i}.png {i % 2}" for i in range(3)))
    if kind == "absent":
        path.unlink()
    with pytest.raises(UserError, match=rf"^dataset: the image {path} cannot be read \(.+\)") as error:
        load(animals, train=train, train_images="train", test=train, test_images="train")
    assert "\n" not in str(error.value)
    assert not (animals / "cache").exists() or not caches(animals)


def test_sixteen_bits_a_channel_are_refused(animals: Path) -> None:
    Image.fromarray(np.full((8, 8), 40_000, np.uint16)).save(animals / "train" / "cat" / "1.png")
    with pytest.raises(UserError, match=r"cat/1.png cannot be read \(mode I;16 is not 8 bits a channel\)"):
        load(animals)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"train": "nowhere"}, "^dataset.train=nowhere: cannot be read .* name a folder of classes or a list file"),
        ({"train": "empty"}, "^dataset.train=.*empty: must be a folder with one folder of images for each class"),
        ({"train": "hollow"}, "^dataset.train=.*hollow: holds no images"),
        ({"test": "blank.txt"}, "^dataset.test=.*blank.txt: lists no images"),
        ({"train": "mixed.txt"}, "^dataset.train=.*mixed.txt: 'b.png' must be `path label`"),
        ({"train": "flat.txt"}, "^dataset.train=.*flat.txt: 'a.png' must be `path label`, or `class/image`"),
        ({"train": "huge.txt", "test": "huge.txt"}, "huge.txt: label 99999999999 exceeds the number of images"),
        ({"train": "flat.txt", "train_labels": "mixed.txt"}, "^dataset.train_labels=.*'b.png' must be `path label`"),
        ({"train": "flat.txt", "train_labels": "one.txt"}, "^dataset.train_labels=.*: has no label for b.png"),
        ({"classes": ["cat", "cow"], "test": "one.txt"}, "one.txt: has no image of the classes cat, cow"),
        ({"classes": "nowhere.txt"}, "^dataset.classes=nowhere.txt: cannot be read"),
        ({"noisy_labels": "one.txt"}, "^dataset.noisy_labels=.*: has no label for ant/0.png"),
        ({"test": "test_with_a_cow"}, "^dataset.test=.*: has label 'cow', not one of ant, cat, dog"),
        ({"cache": "mixed.txt"}, "^dataset.cache=.*mixed.txt: cannot be written"),
    ],
)
def test_mistakes_are_one_line(
    animals: Path, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any], message: str
) -> None:
    monkeypatch.chdir(animals)
    (animals / "empty").mkdir()
    (animals / "hollow" / "a").mkdir(parents=True)
    save(animals / "test_with_a_cow" / "cow" / "1.png")
    for name, text in (
        ("blank", "\n\n"),
        ("mixed", "a.png 1\nb.png"),
        ("flat", "a.png\nb.png"),
        ("huge", "a.png 99999999999\nb.png 0"),
        ("one", "a.png 1"),
    ):
        write(animals / f"{name}.txt", text)
    with pytest.raises(UserError, match=message) as error:
        load(animals, **options)
    assert "\n" not in str(error.value)
