"""Turns what a label file holds into labels, held against the dataset that they are for."""

from typing import Any

import numpy as np
import numpy.typing as npt

from gls_sweep.errors import UserError

Labels = npt.NDArray[np.int64]

CLEAN = ("clean_label_train", "clean_label")
"""What the GLS code and CIFAR-10N call the entry of clean labels."""


def to_labels(where: str, values: Any, samples: int, num_classes: int) -> Labels:
    """Turn an entry of a file into labels.

    Parameters
    ----------
    where
        What the values are, for messages: ``key=path: entry``.
    values
        [N] or [N, 1], of any type of numbers: 3.0 says 3 and nothing is lost, and text files of floats are common
        (``numpy.savetxt`` writes them). Truth values are refused: they are rather a mask of samples.
    samples, num_classes
        N and K.

    Returns
    -------
    Labels
        int64 [N] in 0..K-1.

    Raises
    ------
    UserError
        Another number of labels than samples; a label that is not a number in 0..K-1.
    """
    labels = _numbers(where, values)
    if labels.ndim != 1 and labels.shape != (len(labels), 1):
        raise UserError(f"{where}: has shape {list(labels.shape)}, must be [{samples}] or [{samples}, 1]")
    labels = labels.reshape(-1)
    if len(labels) != samples:
        raise UserError(
            f"{where}: has {len(labels)} labels for the {samples} samples of the training pool; "
            "must be one for each, in the dataset's order"
        )
    # NaN compares as false.
    wrong = np.flatnonzero(~((labels >= 0) & (labels < num_classes) & (labels == np.trunc(labels))))
    if wrong.size:
        raise UserError(
            f"{where}: sample {wrong[0]} has label {labels[wrong[0]]}, must be one of the class numbers "
            f"0..{num_classes - 1}"
        )
    return labels.astype(np.int64)


def check_clean(where: str, name: str, stated: Labels, clean: Labels) -> None:
    """Hold a file's clean labels against the dataset's; raises `UserError` where they differ."""
    if different := np.count_nonzero(stated != clean):
        raise UserError(
            f"{where}: its {name} differs from the dataset's labels in {different} of {len(clean)} samples; "
            "the file must be of this dataset, with its samples in the same order"
        )


def _numbers(where: str, values: Any) -> npt.NDArray[Any]:
    """Turn a list, a tensor, or numbers written as text into an array of at least one dimension."""
    try:
        array = np.asarray(values)
        if array.dtype.kind == "U":
            array = np.array([float(text) for text in array.ravel().tolist()]).reshape(array.shape)
    except (TypeError, ValueError, RuntimeError) as error:
        raise UserError(f"{where}: must be class numbers ({' '.join(str(error).split())})") from error
    if array.dtype.kind not in "iuf" or array.ndim == 0:
        raise UserError(f"{where}: holds {array.dtype} of shape {list(array.shape)}, must be class numbers")
    return array
