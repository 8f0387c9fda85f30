"""A table of your own, CSV or Parquet, with a column of labels."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gls_sweep.data.dataset import Dataset
from gls_sweep.data.tabular import Part, tabular_dataset
from gls_sweep.errors import UserError

if TYPE_CHECKING:
    from pandas import DataFrame


def table(
    *,
    train: str | Path,
    test: str | Path | None = None,
    label_column: str = "label",
    noisy_label_column: str | None = None,
    labels_are_true: bool = True,
    drop: list[str] | None = None,
    test_fraction: float = 0.2,
    split_seed: int = 0,
) -> Dataset:
    """Load a training table and a test table, or hold out a part of the one there is.

    Parameters
    ----------
    train : path
        File with one row a sample, ``.csv`` with a header or ``.parquet``. For how its columns become features, see
        `tabular_dataset`.
    test : path, optional
        File of the same columns; without it a part of `train` is held out.
    label_column : str
        Column of integers or text, the classes.
    noisy_label_column : str, optional
        Column of noisy labels beside the true ones, in the training file: the noisy labels ``given``. It is no feature.
    labels_are_true : bool
        False where `label_column` of the training file holds noisy labels and nobody knows the true ones. The test
        labels are taken as they are, so that they should be good ones: give a `test` file.
    drop : list of str, optional
        Columns to leave out: names, numbers of rows, or what gives the label away.
    test_fraction : float
        Part held out where there is no `test`, stratified, in ``(0, 1)``.
    split_seed : int
        Seed of that split.

    Returns
    -------
    Dataset
        Features ``[N, D]`` float32 in the order of the rows.

    Raises
    ------
    UserError
        If a file is missing or unreadable, a column is missing, or see `tabular_dataset`. Rows count from 0.
    """
    where, frame = f"dataset.train={train}", _read("dataset.train", train)
    used = {"label_column": label_column} | (
        {"noisy_label_column": noisy_label_column} if noisy_label_column is not None else {}
    )
    for key, column in [*used.items(), *(("drop", column) for column in drop or [])]:
        _check_column(key, column, where, frame)
    left_out = [*used.values(), *(drop or [])]
    return tabular_dataset(
        Part(where, frame.drop(columns=left_out), frame[label_column]),
        test_fraction if test is None else _test_part(test, label_column, left_out),
        split_seed,
        noisy=None if noisy_label_column is None else frame[noisy_label_column],
        labels_are_true=labels_are_true,
    )


def _test_part(test: str | Path, label_column: str, left_out: list[str]) -> Part:
    where, frame = f"dataset.test={test}", _read("dataset.test", test)
    _check_column("label_column", label_column, where, frame)
    return Part(where, frame.drop(columns=left_out, errors="ignore"), frame[label_column])


def _check_column(key: str, column: str, where: str, frame: DataFrame) -> None:
    if column not in frame:
        raise UserError(f"dataset.{key}={column}: must be a column of {where}, one of {', '.join(map(str, frame))}")


def _read(key: str, path: str | Path) -> DataFrame:
    import pandas as pd

    path = Path(path).expanduser()
    ending = path.suffix.lower()
    if ending not in (".csv", ".parquet"):
        raise UserError(f"{key}={path}: must end in .csv or .parquet")
    try:
        frame = pd.read_csv(path) if ending == ".csv" else pd.read_parquet(path)
    except Exception as error:  # what a parser raises on foreign bytes may be anything
        reason = error.strerror if isinstance(error, OSError) and error.strerror else " ".join(str(error).split())[:200]
        raise UserError(f"{key}={path}: cannot be read as {ending} ({reason})") from error
    if frame.empty:
        raise UserError(f"{key}={path}: has no rows; at least one is needed")
    return frame.reset_index(drop=True)
