"""What every dataset loader returns, and the checks that a dataset passes when it is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from gls_sweep.data.augment import Augmentation
from gls_sweep.errors import UserError

Labels = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Dataset:
    """A training pool and a test set; it is checked when it is made.

    Attributes
    ----------
    inputs : Tensor
        Training pool in its original order: images ``[N, C, H, W]`` uint8 or features ``[N, D]`` float32.
    labels : ndarray
        True labels of the training pool, ``[N]`` int64 in ``[0, num_classes)``; see `labels_are_true`.
    test_inputs, test_labels
        The test set, of the same kind.
    num_classes : int
        K, at least 2.
    class_names : tuple of str
        One name a class.
    augmentation : Augmentation or None
        How training batches are augmented; images only.
    noisy_labels : mapping of str to ndarray
        Noisy labels that come with the data, by name, each like `labels`; what ``noise=human`` trains on.
    labels_are_true : bool
        False where nobody knows the truth: `labels` are then the given, noisy ones, and nothing is measured against
        them but how well they are learnt.
    superclasses : tuple of int, or None
        The superclass of each class, where the data set has such.
    on_disk : bool
        The inputs are a memory map of a file and may be larger than memory: they are read batch by batch.
    rows : ndarray or None
        ``[N]`` int64: which row of its source each training sample is, where the source holds the test set too.
    paths : tuple of str or None
        The file of each training sample, where each has its own.

    Raises
    ------
    UserError
        See `check_dataset`.
    """

    inputs: Tensor
    labels: Labels
    test_inputs: Tensor
    test_labels: Labels
    num_classes: int
    class_names: tuple[str, ...]
    augmentation: Augmentation | None = None
    noisy_labels: Mapping[str, Labels] = field(default_factory=dict)
    labels_are_true: bool = True
    superclasses: tuple[int, ...] | None = None
    on_disk: bool = False
    rows: Labels | None = None
    paths: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        """Refuse inconsistent data, whoever made them."""
        check_dataset(self)

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Shape of one input: ``(C, H, W)`` or ``(D,)``."""
        return tuple(self.inputs.shape[1:])


def check_dataset(dataset: Dataset) -> None:
    """Check sizes, types, label range and finiteness.

    Raises
    ------
    UserError
        If a part is empty, of the wrong type or shape, not finite, or labelled outside the classes, noisy labels
        included; if there are fewer than two classes, in name or among the training labels; if the two parts differ
        in shape; if there is not one superclass for each class.
    """
    if not isinstance(dataset.num_classes, int):
        raise UserError(f"dataset: num_classes must be an integer, got {_describe(dataset.num_classes)}")
    if dataset.num_classes < 2 or len(dataset.class_names) != dataset.num_classes:
        raise UserError(
            f"dataset: num_classes = {dataset.num_classes} with {len(dataset.class_names)} class names; "
            "at least 2 classes and one name for each are needed"
        )
    _check_part("training", dataset.inputs, dataset.labels, dataset.num_classes)
    _check_part("test", dataset.test_inputs, dataset.test_labels, dataset.num_classes)
    for name, noisy in dataset.noisy_labels.items():
        _check_labels(f"noisy ({name})", noisy, len(dataset.inputs), dataset.num_classes)
    if dataset.superclasses is not None and len(dataset.superclasses) != dataset.num_classes:
        raise UserError(
            f"dataset: {len(dataset.superclasses)} superclasses for {dataset.num_classes} classes; "
            "one for each class is needed, or None"
        )
    if dataset.test_inputs.shape[1:] != dataset.inputs.shape[1:] or dataset.test_inputs.dtype != dataset.inputs.dtype:
        raise UserError(
            f"dataset: training inputs are {_describe(dataset.inputs)}, test inputs are "
            f"{_describe(dataset.test_inputs)}; both must be of one kind and size"
        )
    if np.unique(dataset.labels).size < 2:
        raise UserError("dataset: all training labels are the same class; use a training part with at least 2 classes")
    if dataset.augmentation is not None and dataset.inputs.ndim != 4:
        raise UserError("dataset: augmentation is for images [N, C, H, W]; set it to null for features")


def _check_part(part: str, inputs: Tensor, labels: Labels, num_classes: int) -> None:
    if not isinstance(inputs, Tensor) or (inputs.dtype, inputs.ndim) not in {(torch.uint8, 4), (torch.float32, 2)}:
        raise UserError(
            f"dataset: {part} inputs must be a tensor of uint8 images [N, C, H, W] or float32 features [N, D], "
            f"got {_describe(inputs)}"
        )
    if inputs.numel() == 0:
        raise UserError(f"dataset: the {part} inputs are empty; at least one sample is needed")
    _check_labels(part, labels, len(inputs), num_classes)
    if inputs.is_floating_point() and not torch.isfinite(inputs).all():
        row = int((~torch.isfinite(inputs)).any(1).nonzero()[0])
        raise UserError(f"dataset: {part} features of sample {row} are not finite; remove or fill in such samples")


def _check_labels(part: str, labels: Labels, samples: int, num_classes: int) -> None:
    if not isinstance(labels, np.ndarray) or labels.dtype != np.int64 or labels.shape != (samples,):
        raise UserError(
            f"dataset: {part} labels must be an array of int64 of shape [{samples}], one for each input, "
            f"got {_describe(labels)}"
        )
    outside = np.flatnonzero((labels < 0) | (labels >= num_classes))
    if outside.size:
        raise UserError(
            f"dataset: {part} label {labels[outside[0]]} of sample {outside[0]} is outside 0..{num_classes - 1}"
        )


def _describe(value: object) -> str:
    if isinstance(value, Tensor | np.ndarray):
        return f"{type(value).__name__} {str(value.dtype).removeprefix('torch.')} {list(value.shape)}"
    return f"{type(value).__name__} {value}"[:80]
