"""Noisy labels from a file, held against the dataset that they are for."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gls_sweep.errors import UserError
from gls_sweep.noise.entries import UNNAMED, Entries, read_entries
from gls_sweep.noise.sampling import IntArray

CLEAN = ("clean_label_train", "clean_label")  # as the GLS code and CIFAR-10N call them
SHOWN = 20  # names in a message


def read_labels(path: Path, key: str | None, clean: IntArray, num_classes: int) -> IntArray:
    """Read one label for each sample of the training pool, in the dataset's order.

    Parameters
    ----------
    path
        A file that `read_entries` can read.
    key
        Name of the column or entry. None takes the only one there is besides clean labels.
    clean
        The dataset's labels, int64 [N]. Where the file has an entry ``clean_label_train`` or ``clean_label``, it must
        say the same: labels in another order of samples are the classic mistake.
    num_classes
        K.

    Returns
    -------
    IntArray
        int64 [N] in 0..K-1. The file may hold [N] or [N, 1], of any type of numbers: 3.0 says 3 and nothing is lost,
        and text files of floats are common (``numpy.savetxt`` writes them). Truth values are refused: they are rather
        a mask of samples.

    Raises
    ------
    UserError
        In one line: see `read_entries`; no entry of that name, or several and no name; another number of labels than
        samples; a label that is not a number in 0..K-1; clean labels other than the dataset's.
    """
    entries = read_entries(path)
    for name in CLEAN:
        if name in entries:
            _check_clean(path, name, _checked(path, name, entries[name], len(clean), num_classes), clean)
    name = _choose(path, key, entries)
    return _checked(path, name, entries[name], len(clean), num_classes)


def _choose(path: Path, key: str | None, entries: Entries) -> str:
    noisy = [name for name in entries if name not in CLEAN]
    if key is None and len(noisy) == 1:
        return noisy[0]
    if key is not None and key in entries:
        return key
    if list(entries) == [UNNAMED]:
        raise UserError(
            f"noise.key={_shown(str(key))}: must be null, since {path} holds one list of labels, without a name"
        )
    if not entries:
        raise UserError(f"noise.path={path}: holds no list of labels")
    names = ", ".join(map(_shown, list(entries)[:SHOWN])) + (", ..." if len(entries) > SHOWN else "")
    raise UserError(f"noise.key={'null' if key is None else _shown(key)}: must be one of {names}, which {path} holds")


def _shown(name: str) -> str:
    """Keep a name from a file, whatever it is, on one line."""
    return name if name.isprintable() else repr(name)


def _check_clean(path: Path, name: str, stated: IntArray, clean: IntArray) -> None:
    if different := np.count_nonzero(stated != clean):
        raise UserError(
            f"noise.path={path}: its {name} differs from the dataset's labels in {different} of {len(clean)} samples; "
            "the file must be of this dataset, with its samples in the same order"
        )


def _checked(path: Path, name: str, values: Any, samples: int, num_classes: int) -> IntArray:
    """Turn an entry into labels; raises `UserError`."""
    where = f"noise.path={path}: " + (f"{_shown(name)}: " if name != UNNAMED else "")
    labels = _numbers(where, values)
    if labels.ndim != 1 and labels.shape != (len(labels), 1):
        raise UserError(f"{where}has shape {list(labels.shape)}, must be [{samples}] or [{samples}, 1]")
    labels = labels.reshape(-1)
    if len(labels) != samples:
        raise UserError(
            f"{where}has {len(labels)} labels for the {samples} samples of the training pool; "
            "must be one for each, in the dataset's order"
        )
    # NaN compares as false.
    wrong = np.flatnonzero(~((labels >= 0) & (labels < num_classes) & (labels == np.trunc(labels))))
    if wrong.size:
        raise UserError(
            f"{where}sample {wrong[0]} has label {labels[wrong[0]]}, must be one of the class numbers "
            f"0..{num_classes - 1}"
        )
    return labels.astype(np.int64)


def _numbers(where: str, values: Any) -> npt.NDArray[Any]:
    """Turn a list, a tensor, or numbers written as text into an array of at least one dimension."""
    try:
        array = np.asarray(values)
        if array.dtype.kind == "U":
            array = np.array([float(text) for text in array.ravel().tolist()]).reshape(array.shape)
    except (TypeError, ValueError, RuntimeError) as error:
        raise UserError(f"{where}must be class numbers ({' '.join(str(error).split())})") from error
    if array.dtype.kind not in "iuf" or array.ndim == 0:
        raise UserError(f"{where}holds {array.dtype} of shape {list(array.shape)}, must be class numbers")
    return array
