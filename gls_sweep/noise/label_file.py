"""Noisy labels from a file, held against the dataset that they are for."""

from pathlib import Path
from typing import Any

import numpy as np

from gls_sweep.errors import UserError
from gls_sweep.label_entries import UNNAMED, Entries, read_entries
from gls_sweep.label_values import CLEAN, check_clean, to_labels
from gls_sweep.noise.sampling import IntArray

INDEX = "index"  # what `write_labels` calls the column of positions
SHOWN = 20  # names in a message


def read_labels(path: Path, key: str | None, clean: IntArray, num_classes: int) -> IntArray:
    """Read one label for each sample of the training pool, in the dataset's order.

    Parameters
    ----------
    path
        A file that `read_entries` can read.
    key
        Name of the column or entry. None takes the only one there is besides clean labels and positions.
    clean
        The dataset's labels, int64 [N]. Where the file has an entry ``clean_label_train`` or ``clean_label``, it must
        say the same: labels in another order of samples are the classic mistake.
    num_classes
        K.

    Returns
    -------
    IntArray
        int64 [N] in 0..K-1; see `to_labels` for what the file may hold.

    Raises
    ------
    UserError
        In one line: see `read_entries` and `to_labels`; no entry of that name, or several and no name; clean labels
        other than the dataset's; positions, in an entry ``index``, that are not 0..N-1 in order.
    """
    where = f"noise.path={path}"
    entries = read_entries(path, "noise.path")
    for name in CLEAN:
        if name in entries:
            stated = to_labels(f"{where}: {name}", entries[name], len(clean), num_classes)
            check_clean(where, name, stated, clean)
    if INDEX in entries:
        _check_order(where, entries[INDEX], len(clean))
    name = _choose(path, key, entries)
    shown = f"{where}: {_shown(name)}" if name != UNNAMED else where
    return to_labels(shown, entries[name], len(clean), num_classes)


def _choose(path: Path, key: str | None, entries: Entries) -> str:
    noisy = [name for name in entries if name not in (*CLEAN, INDEX)]
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


def _check_order(where: str, positions: Any, samples: int) -> None:
    try:
        in_order = np.array_equal(np.asarray(positions, dtype=np.float64), np.arange(samples))
    except (TypeError, ValueError, RuntimeError):
        in_order = False
    if not in_order:
        raise UserError(f"{where}: its {INDEX} must be 0..{samples - 1}, the samples in the dataset's order")


def _shown(name: str) -> str:
    """Keep a name from a file, whatever it is, on one line."""
    return name if name.isprintable() else repr(name)
