"""Any folder of images, with classes as folders or with list files."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from gls_sweep.data.augment import Augmentation
from gls_sweep.data.dataset import Dataset, Labels
from gls_sweep.data.image_cache import cached_images
from gls_sweep.data.image_lists import Listing, is_number, list_images, look_up, read_label_file
from gls_sweep.errors import UserError

Classes = int | str | Path | list[str] | None
PADDING_SHARE = 8  # a crop may lose an eighth of the size on each side, as CIFAR's padding of 4 does


def image_folder(
    *,
    root: str | Path,
    train: str | Path,
    test: str | Path,
    train_images: str = "",
    test_images: str = "",
    train_labels: str | Path | None = None,
    test_labels: str | Path | None = None,
    noisy_labels: str | Path | None = None,
    labels_are_true: bool = True,
    classes: Classes = None,
    size: int = 224,
    limit: int | None = None,
    augment: bool = False,
    cache: str | Path = "data/decoded",
) -> Dataset:
    """Load a training and a test part, decoded once into a cache on disk and read by memory map.

    Parameters
    ----------
    root : path
        The folder of the data set.
    train, test : path
        Folders with one folder a class, or list files; see `list_images`.
    train_images, test_images : str
        What the paths of a list are relative to: a folder in `root`, or `root` itself.
    train_labels, test_labels : path, optional
        Files of lines ``path label``, where the list files have no labels.
    noisy_labels : path, optional
        File of lines ``path label`` with the noisy labels of all training images: the noisy labels ``given``.
    labels_are_true : bool
        False where the training labels are noisy and nobody knows the true ones. Test labels are taken as they are.
    classes : int, list of str, path or None
        None: all, numbered ``0..K-1``, or the sorted names in training. A number n: the first n of them. Names,
        or a file with one name a line: these, in this order, and where labels are numbers this is what they
        mean. Images of other classes are left out.
    size : int
        Height and width of the decoded images: the shorter side is resized to it, and the centre is kept.
    limit : int, optional
        Use only so many images of each part, evenly spread over it.
    augment : bool
        Random crop with a padding of an eighth of `size`, and horizontal flip, of training batches.
    cache : path
        Folder of decoded images; it takes ``3 * size * size`` bytes an image.

    Returns
    -------
    Dataset
        Images ``[N, 3, size, size]`` uint8, in the order of the list or of the sorted paths.

    Raises
    ------
    UserError
        If a list, a label or an image is missing or damaged, or no image is left.
    """
    root = Path(root).expanduser()
    parts = [
        list_images("dataset.train", train, root / train_images, train_labels),
        list_images("dataset.test", test, root / test_images, test_labels),
    ]
    given = None if noisy_labels is None else read_label_file("dataset.noisy_labels", noisy_labels)
    names, ids = _number_classes(parts, classes, set((given or {}).values()))
    chosen = parts if classes is None else [_keep_classes(part, ids) for part in parts]
    training, testing = (_thin_out(part, limit) for part in chosen)
    # Labels first: a mistake in them is told before images are decoded, which may take hours.
    ids_of_parts = [_class_ids(part.where, part.labels, ids) for part in (training, testing)]
    noisy = {} if given is None else {"given": _noisy_ids(f"{noisy_labels}", training, given, ids)}
    return Dataset(
        inputs=cached_images(_files(training), size, Path(cache).expanduser()),
        labels=ids_of_parts[0],
        test_inputs=cached_images(_files(testing), size, Path(cache).expanduser()),
        test_labels=ids_of_parts[1],
        num_classes=len(names),
        class_names=names,
        augmentation=Augmentation(crop_padding=size // PADDING_SHARE, flip=True) if augment else None,
        noisy_labels=noisy,
        labels_are_true=labels_are_true,
        on_disk=True,
        paths=training.paths,
    )


def _number_classes(parts: list[Listing], classes: Classes, noisy: set[str]) -> tuple[tuple[str, ...], dict[str, int]]:
    """Give the names of the classes, and the class number of each label."""
    numbered = all(part.numbered for part in parts)
    if isinstance(classes, list | str | Path):
        names = _read_names(classes) if isinstance(classes, str | Path) else list(map(str, classes))
    elif numbered:
        names = [str(i) for i in range(_count_classes(parts, noisy) if classes is None else classes)]
    else:
        names = sorted(noisy.union(parts[0].labels))[:classes]
    return tuple(names), {str(i) if numbered else name: i for i, name in enumerate(names)}


def _count_classes(parts: list[Listing], noisy: set[str]) -> int:
    labels = set(noisy).union(*(part.labels for part in parts))
    largest = max(int(label) for label in labels if is_number(label))
    if largest >= len(parts[0].paths):
        raise UserError(
            f"{parts[0].where}: label {largest} exceeds the number of images; number the classes 0, 1, ..., K-1"
        )
    return largest + 1


def _read_names(path: str | Path) -> list[str]:
    try:
        lines = Path(path).expanduser().read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeError) as error:
        raise UserError(f"dataset.classes={path}: cannot be read; must be a text file with one name a line") from error
    return [line.strip() for line in lines if line.strip()]


def _keep_classes(part: Listing, ids: dict[str, int]) -> Listing:
    chosen = [i for i, label in enumerate(part.labels) if label in ids]
    if not chosen:
        raise UserError(f"{part.where}: has no image of the classes {', '.join(list(ids)[:10])}; see dataset.classes")
    return _pick(part, chosen)


def _thin_out(part: Listing, limit: int | None) -> Listing:
    if limit is None or limit >= len(part.paths):
        return part
    return _pick(part, (np.arange(limit) * len(part.paths) // limit).tolist())


def _pick(part: Listing, chosen: list[int]) -> Listing:
    return replace(part, paths=tuple(part.paths[i] for i in chosen), labels=tuple(part.labels[i] for i in chosen))


def _files(part: Listing) -> list[Path]:
    return [part.folder / path for path in part.paths]


def _class_ids(where: str, labels: Sequence[str], ids: dict[str, int]) -> Labels:
    unknown = next((label for label in labels if label not in ids), None)
    if unknown is not None:
        raise UserError(f"{where}: has label {unknown!r}, not one of {', '.join(list(ids)[:10])}")
    return np.array([ids[label] for label in labels], dtype=np.int64)


def _noisy_ids(path: str, train: Listing, given: dict[str, str], ids: dict[str, int]) -> Labels:
    where = f"dataset.noisy_labels={path}"
    return _class_ids(where, look_up(where, train.paths, given), ids)
