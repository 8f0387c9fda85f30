"""The data of a sweep as plain arrays, so that peers train on the very same samples and labels."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Arrays:
    """One data set, split, with the noisy labels of each noise rate and seed.

    Attributes
    ----------
    train_inputs, val_inputs, test_inputs
        uint8 images [N, C, H, W], or standardised float32 features [N, D].
    train_labels, val_labels
        Noisy labels by (noise rate, seed), int64 [N].
    mean, std
        Of the training images by channel, on the scale 0..255; ones for features, which are standardised already.
    """

    train_inputs: Array
    val_inputs: Array
    test_inputs: Array
    test_labels: Array
    train_labels: dict[tuple[float, int], Array]
    val_labels: dict[tuple[float, int], Array]
    mean: Array
    std: Array
    num_classes: int
    augment: bool


def save(arrays: Arrays, path: Path) -> None:
    """Write them into one file."""
    labels = {
        f"{part}_labels_{rate:g}_{seed}": values
        for part, own in (("train", arrays.train_labels), ("val", arrays.val_labels))
        for (rate, seed), values in own.items()
    }
    names = ("train_inputs", "val_inputs", "test_inputs", "test_labels", "mean", "std", "num_classes", "augment")
    entries: dict[str, Any] = {name: np.asarray(getattr(arrays, name)) for name in names} | labels
    np.savez(path, **entries)


def load(path: Path) -> Arrays:
    """Read what `save` wrote."""
    with np.load(path) as file:
        entries = dict(file)
    labels: dict[str, dict[tuple[float, int], Array]] = {"train": {}, "val": {}}
    for name in [name for name in entries if "_labels_" in name]:
        part, _, rate, seed = name.split("_")
        labels[part][float(rate), int(seed)] = entries.pop(name)
    entries |= {"num_classes": int(entries["num_classes"]), "augment": bool(entries["augment"])}
    return Arrays(**entries, train_labels=labels["train"], val_labels=labels["val"])
