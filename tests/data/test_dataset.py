"""The checks every dataset passes."""

from typing import Any

import numpy as np
import pytest
import torch

from gls_sweep.data import Augmentation, Dataset
from gls_sweep.errors import UserError


def dataset(**changes: Any) -> Dataset:
    fields: dict[str, Any] = {
        "inputs": torch.zeros(4, 3),
        "labels": np.array([0, 1, 1, 0]),
        "test_inputs": torch.zeros(2, 3),
        "test_labels": np.array([0, 1]),
        "num_classes": 2,
        "class_names": ("a", "b"),
    }
    return Dataset(**fields | changes)


def test_a_good_dataset_knows_its_input_shape() -> None:
    assert dataset().input_shape == (3,)
    images = torch.zeros(4, 1, 8, 8, dtype=torch.uint8)
    assert dataset(inputs=images, test_inputs=images[:2], augmentation=Augmentation(4, True)).input_shape == (1, 8, 8)


def test_noisy_labels_and_superclasses_may_come_along() -> None:
    noisy = {"one": np.array([1, 1, 1, 0]), "other": np.zeros(4, np.int64)}
    assert dataset(noisy_labels=noisy, superclasses=(0, 0)).noisy_labels == noisy


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"num_classes": 1, "class_names": ("a",)}, "num_classes = 1 .* at least 2 classes"),
        ({"class_names": ("a",)}, "2 with 1 class names"),
        ({"inputs": torch.zeros(4, 3).double()}, r"training inputs must be .* got Tensor float64 \[4, 3\]"),
        ({"test_inputs": torch.zeros(2, 1, 8, 8)}, r"test inputs must be .* got Tensor float32 \[2, 1, 8, 8\]"),
        ({"inputs": torch.zeros(0, 3), "labels": np.zeros(0, np.int64)}, "the training inputs are empty"),
        ({"test_inputs": torch.zeros(0, 3), "test_labels": np.zeros(0, np.int64)}, "the test inputs are empty"),
        ({"labels": np.array([0, 1, 1])}, r"must be an array of int64 of shape \[4\].* got ndarray int64 \[3\]"),
        ({"labels": np.array([0, 1, 1, 0], np.int32)}, "must be an array of int64"),
        ({"labels": np.array([0, 1, 2, 0])}, "training label 2 of sample 2 is outside 0..1"),
        ({"test_labels": np.array([0, -1])}, "test label -1 of sample 1 is outside 0..1"),
        (
            {"inputs": torch.tensor([[0.0, 1, 2]] * 3 + [[0, torch.nan, 0]])},
            "training features of sample 3 are not fin",
        ),
        (
            {"test_inputs": torch.zeros(2, 4)},
            r"training inputs are Tensor float32 \[4, 3\], test inputs are .* \[2, 4\]",
        ),
        ({"labels": np.zeros(4, np.int64)}, "all training labels are the same class"),
        ({"augmentation": Augmentation(4, True)}, "augmentation is for images"),
        (
            {"noisy_labels": {"worse": np.array([0, 1])}},
            r"noisy \(worse\) labels must be an array of int64 of shape \[4\]",
        ),
        ({"noisy_labels": {"a": np.zeros(4, int), "b": np.array([0, 1, 2, 0])}}, r"noisy \(b\) label 2 of sample 2 is"),
        ({"superclasses": (0, 0, 1)}, "3 superclasses for 2 classes"),
    ],
)
def test_a_bad_dataset_is_refused_in_one_line(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError, match=message) as error:
        dataset(**changes)
    assert "\n" not in str(error.value)
