"""Any transition matrix, inline or from a file."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from gls_sweep.errors import UserError
from gls_sweep.label_entries import load_npy
from gls_sweep.noise.sampling import FloatArray
from gls_sweep.noise.transition import check_classes

ROW_SUM_TOLERANCE = 1e-6


def custom_matrix(
    num_classes: int, matrix: Sequence[Sequence[float]] | str | Path, *, key: str = "noise.matrix"
) -> FloatArray:
    """Check a matrix given inline or read one from a file.

    Parameters
    ----------
    num_classes
        K, at least 2.
    matrix
        K rows of K numbers, or the path of a ``.npy`` file or of a ``.csv`` file (commas, no header).
    key
        Name of the matrix in messages.

    Returns
    -------
    FloatArray
        [K, K] with each row divided by its sum, which must already be 1 up to 1e-6. It may be singular: labels can be
        drawn from any T, only a correction for noise would have to invert it.

    Raises
    ------
    UserError
        Unreadable file, wrong shape, a negative or not finite entry, a row that does not sum to 1.
    """
    check_classes(num_classes)
    transition = _read(Path(matrix).expanduser(), key) if isinstance(matrix, str | Path) else _as_floats(matrix, key)
    if transition.shape != (num_classes, num_classes):
        raise UserError(f"{key}: has shape {transition.shape}, must be {(num_classes, num_classes)}")
    if not (transition >= 0).all():
        row, column = np.argwhere(~(transition >= 0))[0]
        raise UserError(f"{key}[{row}][{column}]={transition[row, column]}: must be a probability in [0, 1]")
    sums = transition.sum(axis=1)
    wrong = np.flatnonzero(~(abs(sums - 1.0) <= ROW_SUM_TOLERANCE))
    if wrong.size:
        raise UserError(f"{key}: row {wrong[0]} sums to {sums[wrong[0]]:.8g}, every row must sum to 1")
    transition /= sums[:, None]
    return transition


def _as_floats(matrix: object, key: str) -> FloatArray:
    try:
        values = np.asarray(matrix)
        if values.dtype.kind == "c":
            raise TypeError("complex numbers")
        return values.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise UserError(f"{key}: must be rows of numbers, all of the same length, or a .npy or .csv file") from error


def _read(path: Path, key: str) -> FloatArray:
    if path.suffix not in (".npy", ".csv"):
        raise UserError(f"{key}={path}: must be a .npy or a .csv file")
    try:
        return _as_floats(load_npy(path) if path.suffix == ".npy" else _load_csv(path), key)
    except OSError as error:
        raise UserError(f"{key}={path}: cannot be read ({error.strerror or 'damaged file'})") from error
    except Exception as error:  # what a parser raises on foreign bytes may be anything
        raise UserError(f"{key}={path}: must hold rows of numbers only, no header, no pickled objects") from error


def _load_csv(path: Path) -> FloatArray:
    with path.open(newline="", encoding="utf-8-sig") as stream:
        return np.array([[float(cell) for cell in row] for row in csv.reader(stream) if row])
