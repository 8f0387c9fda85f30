"""Images and labels from parquet files, as Hugging Face stores them."""

from pathlib import Path

import numpy as np
import torch

from gls_sweep.data.augment import CROP_AND_FLIP
from gls_sweep.data.dataset import Dataset, Labels
from gls_sweep.data.human_labels import read_human_labels
from gls_sweep.data.parquet_file import Pixels, RawLabels, Source, open_source, read_images, read_labels
from gls_sweep.errors import UserError


def parquet(
    *,
    train: str | Path,
    test: str | Path,
    image_column: str = "img",
    label_column: str = "label",
    noisy_label_column: str | None = None,
    human_labels: str | Path | None = None,
    labels_are_true: bool = True,
    limit: int | None = None,
    augment: bool = False,
) -> Dataset:
    """Load a training and a test file.

    Parameters
    ----------
    train, test : path
        Parquet files.
    image_column : str
        Column of structs ``{bytes, path}`` whose ``bytes`` are an encoded image (PNG, JPEG, ...), all of one size,
        8 bits a channel. Greyscale images give one channel, but three as soon as one image has colour.
    label_column : str
        Column of integers ``0..K-1``, with K one more than the largest in either file, or of strings, whose classes are
        the sorted names of the training file. `limit` does not change the classes.
    noisy_label_column : str, optional
        Column of noisy labels of the same kind, in the training file: the noisy labels ``given``.
    human_labels : path, optional
        File of CIFAR-N, whose labels become the dataset's noisy labels; see `read_human_labels`.
    labels_are_true : bool
        False where `label_column` of the training file holds noisy labels and nobody knows the true ones. The test
        file's labels are taken as they are.
    limit : int, optional
        Load only the first `limit` rows of the training file and the first `limit` rows of the test file.
    augment : bool
        Random crop with padding 4 and horizontal flip of training batches.

    Returns
    -------
    Dataset
        Images ``[N, C, H, W]`` uint8 in the order of the rows.

    Raises
    ------
    UserError
        If `limit` is below 1, a file is missing, unreadable or empty, a column is missing or of another type, a label
        is missing or unknown, or an image is missing, damaged or of another size. Rows count from 0.
    """
    if limit is not None and limit < 1:
        raise UserError(f"dataset.limit = {limit}: must be at least 1, or null for all rows")
    sources = [open_source("dataset.train", train), open_source("dataset.test", test)]
    raw, raw_test = (read_labels(source, "label_column", label_column) for source in sources)
    columns = {"given": noisy_label_column} if noisy_label_column is not None else {}
    raw_noisy = {name: read_labels(sources[0], "noisy_label_column", column) for name, column in columns.items()}
    class_names = _class_names([raw, *raw_noisy.values()], raw_test, sources[0])
    labels = _class_ids(raw, class_names, sources[0])
    noisy = {name: _class_ids(values, class_names, sources[0]) for name, values in raw_noisy.items()}
    if human_labels is not None:
        noisy |= read_human_labels(human_labels, labels, len(class_names))
    images, test_images = (read_images(source, image_column, limit) for source in sources)
    channels = max(len(image) for image in images + test_images)
    return Dataset(
        inputs=_stack(images, channels),
        labels=labels[:limit],
        test_inputs=_stack(test_images, channels),
        test_labels=_class_ids(raw_test[:limit], class_names, sources[1]),
        num_classes=len(class_names),
        class_names=class_names,
        augmentation=CROP_AND_FLIP if augment else None,
        noisy_labels={name: values[:limit] for name, values in noisy.items()},
        labels_are_true=labels_are_true,
    )


def _class_names(train: list[RawLabels], test: RawLabels, source: Source) -> tuple[str, ...]:
    if len({type(labels[0]) for labels in [*train, test]}) > 1:
        raise source.error("its labels and those of dataset.test must both be integers or both be strings")
    if isinstance(test[0], str):
        return tuple(sorted(set().union(*train)))
    largest = max(max(labels) for labels in [*train, test])
    if largest >= len(train[0]):
        raise source.error(f"label {largest} exceeds the number of training rows; number the classes 0, 1, ..., K-1")
    return tuple(str(label) for label in range(largest + 1))


def _class_ids(labels: RawLabels, class_names: tuple[str, ...], source: Source) -> Labels:
    ids = {name: i for i, name in enumerate(class_names)}
    names = [str(label) for label in labels]
    unknown = next((row for row, name in enumerate(names) if name not in ids), None)
    if unknown is not None:
        raise source.error(f"row {unknown} has label {names[unknown]!r}, not one of {', '.join(class_names[:10])}")
    return np.array([ids[name] for name in names], dtype=np.int64)


def _stack(images: list[Pixels], channels: int) -> torch.Tensor:
    return torch.from_numpy(np.stack([np.broadcast_to(image, (channels, *image.shape[1:])) for image in images]))
