"""Writes noisy labels to files that `read_labels`, and the code of the GLS paper, can read."""

import csv
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from gls_sweep.errors import UserError
from gls_sweep.files import write_atomically
from gls_sweep.noise.label_file import INDEX
from gls_sweep.noise.sampling import IntArray

NOISY_LABELS, CLEAN_LABELS = "noise_label_train", "clean_label_train"  # as the files of the GLS code call them


def write_labels(path: Path, noisy: IntArray, clean: IntArray | None, made: Mapping[str, Any]) -> Path:
    """Write labels in the format of the file's ending, whole or not at all.

    Parameters
    ----------
    path
        ``.npy``: the noisy labels. ``.csv``: columns ``index``, ``noisy_label`` and ``clean_label``. ``.json``: an
        object with lists ``noise_label_train`` and ``clean_label_train`` and how they were made. ``.pt``: a dict of
        these two as int64 tensors, as the GLS code has them.
    noisy
        int64 [N].
    clean
        The true labels, int64 [N]; None where nobody knows them, and then they are in no file.
    made
        How the labels were made, as plain data.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    UserError
        Another ending.
    """
    require_format(path)
    write = WRITERS[path.suffix.lower()]
    return write_atomically(path, lambda temporary: write(temporary, noisy, clean, made))


def require_format(path: Path) -> None:
    """Raise `UserError` for a file whose ending names none of the formats."""
    if path.suffix.lower() not in WRITERS:
        raise UserError(f"FILE={path}: must end in {', '.join(WRITERS)}")


def _write_npy(path: Path, noisy: IntArray, clean: IntArray | None, made: Mapping[str, Any]) -> None:
    with path.open("wb") as stream:
        np.save(stream, noisy)


def _write_csv(path: Path, noisy: IntArray, clean: IntArray | None, made: Mapping[str, Any]) -> None:
    columns = {INDEX: np.arange(len(noisy)), "noisy_label": noisy}
    if clean is not None:
        columns["clean_label"] = clean
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(np.stack(list(columns.values()), axis=1).tolist())


def _write_json(path: Path, noisy: IntArray, clean: IntArray | None, made: Mapping[str, Any]) -> None:
    lists = {name: labels.tolist() for name, labels in _named(noisy, clean).items()}
    path.write_text(json.dumps({**lists, "made": made}) + "\n", encoding="utf-8")


def _write_pt(path: Path, noisy: IntArray, clean: IntArray | None, made: Mapping[str, Any]) -> None:
    import torch

    torch.save({name: torch.from_numpy(labels) for name, labels in _named(noisy, clean).items()}, path)


def _named(noisy: IntArray, clean: IntArray | None) -> dict[str, IntArray]:
    return {NOISY_LABELS: noisy} | ({} if clean is None else {CLEAN_LABELS: clean})


WRITERS: dict[str, Callable[[Path, IntArray, IntArray | None, Mapping[str, Any]], None]] = {
    ".npy": _write_npy,
    ".csv": _write_csv,
    ".json": _write_json,
    ".pt": _write_pt,
}
