"""Transition matrices T [K, K], ``T[i, j] = P(noisy j | clean i)``: one function per noise convention."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from gls_sweep.errors import UserError
from gls_sweep.noise.entries import load_npy
from gls_sweep.noise.sampling import FloatArray

# CIFAR-10: 0 airplane 1 automobile 2 bird 3 cat 4 deer 5 dog 6 frog 7 horse 8 ship 9 truck
GLS_PAIRS = {9: 1, 1: 9, 2: 0, 0: 2, 4: 7, 7: 4, 3: 5, 5: 3, 6: 8, 8: 6}
CIFAR10_CONFUSIONS = {9: 1, 2: 0, 4: 7, 3: 5, 5: 3}

ROW_SUM_TOLERANCE = 1e-6


def symmetric_matrix(num_classes: int, rate: float) -> FloatArray:
    """Build the matrix of `gls_sweep.noise.symmetric`; ``rate`` in [0, 1), at least 2 classes."""
    _check_classes(num_classes)
    _check_rate(rate)
    transition = np.full((num_classes, num_classes), rate / (num_classes - 1))
    np.fill_diagonal(transition, 1.0 - rate)
    return transition


def symmetric_inclusive_matrix(num_classes: int, rate: float) -> FloatArray:
    """Build the matrix of `gls_sweep.noise.symmetric_inclusive`; ``rate`` in [0, 1), at least 2 classes."""
    _check_classes(num_classes)
    _check_rate(rate)
    return (1.0 - rate) * np.eye(num_classes) + rate / num_classes


def pairflip_matrix(num_classes: int, rate: float) -> FloatArray:
    """Build the matrix of `gls_sweep.noise.pairflip`; ``rate`` in [0, 1), at least 2 classes."""
    _check_classes(num_classes)
    _check_rate(rate)
    return _flip_matrix(num_classes, rate, {i: (i + 1) % num_classes for i in range(num_classes)})


def gls_pairs_matrix(num_classes: int, rate: float) -> FloatArray:
    """Build the matrix of `gls_sweep.noise.gls_pairs`; ``rate`` in [0, 1), exactly 10 classes."""
    _check_rate(rate)
    _check_ten_classes("gls_pairs", num_classes)
    return _flip_matrix(num_classes, rate, GLS_PAIRS)


def asymmetric_matrix(num_classes: int, rate: float) -> FloatArray:
    """Build the matrix of `gls_sweep.noise.asymmetric`; ``rate`` in [0, 1), exactly 10 classes."""
    _check_rate(rate)
    _check_ten_classes("asymmetric", num_classes)
    return _flip_matrix(num_classes, rate, CIFAR10_CONFUSIONS)


def custom_matrix(num_classes: int, matrix: Sequence[Sequence[float]] | str | Path) -> FloatArray:
    """Check a matrix given inline or read one from a file.

    Parameters
    ----------
    num_classes
        K, at least 2.
    matrix
        K rows of K numbers, or the path of a ``.npy`` file or of a ``.csv`` file (commas, no header).

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
    _check_classes(num_classes)
    transition = _read(Path(matrix).expanduser()) if isinstance(matrix, str | Path) else _as_floats(matrix)
    if transition.shape != (num_classes, num_classes):
        raise UserError(f"noise.matrix: has shape {transition.shape}, must be {(num_classes, num_classes)}")
    if not (transition >= 0).all():
        row, column = np.argwhere(~(transition >= 0))[0]
        raise UserError(f"noise.matrix[{row}][{column}]={transition[row, column]}: must be a probability in [0, 1]")
    sums = transition.sum(axis=1)
    wrong = np.flatnonzero(~(abs(sums - 1.0) <= ROW_SUM_TOLERANCE))
    if wrong.size:
        raise UserError(f"noise.matrix: row {wrong[0]} sums to {sums[wrong[0]]:.8g}, every row must sum to 1")
    transition /= sums[:, None]
    return transition


def _flip_matrix(num_classes: int, rate: float, flips: Mapping[int, int]) -> FloatArray:
    transition = np.eye(num_classes)
    for clean, noisy in flips.items():
        transition[clean, clean] = 1.0 - rate
        transition[clean, noisy] = rate
    return transition


def _check_classes(num_classes: int) -> None:
    if num_classes < 2:
        raise UserError(f"num_classes={num_classes}: label noise needs at least 2 classes")


def _check_rate(rate: float) -> None:
    if not 0.0 <= rate < 1.0:
        raise UserError(f"noise.rate={rate}: must be in [0, 1)")


def _check_ten_classes(name: str, num_classes: int) -> None:
    if num_classes != 10:
        raise UserError(
            f"noise={name}: knows the 10 classes of CIFAR-10 only, the dataset has {num_classes}; "
            "use noise=pairflip or noise=matrix"
        )


def _as_floats(matrix: object) -> FloatArray:
    try:
        values = np.asarray(matrix)
        if values.dtype.kind == "c":
            raise TypeError("complex numbers")
        return values.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise UserError(
            "noise.matrix: must be rows of numbers, all of the same length, or a .npy or .csv file"
        ) from error


def _read(path: Path) -> FloatArray:
    if path.suffix not in (".npy", ".csv"):
        raise UserError(f"noise.matrix={path}: must be a .npy or a .csv file")
    try:
        return _as_floats(load_npy(path) if path.suffix == ".npy" else _load_csv(path))
    except OSError as error:
        raise UserError(f"noise.matrix={path}: cannot be read ({error.strerror or 'damaged file'})") from error
    except Exception as error:  # what a parser raises on foreign bytes may be anything
        raise UserError(
            f"noise.matrix={path}: must hold rows of numbers only, no header, no pickled objects"
        ) from error


def _load_csv(path: Path) -> FloatArray:
    with path.open(newline="", encoding="utf-8-sig") as stream:
        return np.array([[float(cell) for cell in row] for row in csv.reader(stream) if row])
