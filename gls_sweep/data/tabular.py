"""Makes a dataset of data frames: features encoded as numbers, labels as class numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch

from gls_sweep.data.dataset import Dataset, Labels
from gls_sweep.data.splits import hold_out_test
from gls_sweep.errors import UserError

if TYPE_CHECKING:
    from pandas import DataFrame, Series

Features = npt.NDArray[np.float32]
MANY = 50  # categories: a column that has more, and in most rows another one, is a name, not a category


@dataclass(frozen=True)
class Part:
    """Some rows of a table.

    Attributes
    ----------
    where : str
        The file they are from, for messages: ``key=path``.
    features : DataFrame
        The columns to learn from; the index counts the file's rows from 0.
    labels : Series
        Classes of any type.
    """

    where: str
    features: DataFrame
    labels: Series[Any]


def tabular_dataset(
    train: Part,
    test: Part | float,
    split_seed: int,
    *,
    noisy: Series[Any] | None = None,
    labels_are_true: bool = True,
) -> Dataset:
    """Make a dataset of a training and a test part.

    Columns of numbers are taken as they are. Columns of text, categories and truth values are one-hot encoded with the
    categories of the training part: a category that only the test part has is all zeros, a missing value is a category
    of its own. The classes are the sorted values of the training labels, noisy ones included.

    Parameters
    ----------
    train
        The training part.
    test
        The test part, or the fraction of `train` to hold out for it, stratified, in ``(0, 1)``.
    split_seed
        Seed of that split.
    noisy
        Noisy labels beside the true ones, one for each row of `train`: the noisy labels ``given``.
    labels_are_true
        See `Dataset`.

    Raises
    ------
    UserError
        If a label is missing, no class, or unknown in training; a column is absent in one part, of another type, has
        missing numbers, or is text that differs from row to row; or the fraction is out of range.
    """
    values = _class_values(train.where, train.labels)
    given = None if noisy is None else _class_values(train.where, noisy)
    classes = sorted(set(values) | set(given or []), key=_sort_key)
    labels = _class_ids(train.where, values, classes)
    noisy_labels = {} if given is None else {"given": _class_ids(train.where, given, classes)}
    rows = None
    if not isinstance(test, Part):
        kept, held_out = hold_out_test(labels, test, split_seed)
        test = Part(train.where, train.features.iloc[held_out], train.labels.iloc[held_out])
        train = Part(train.where, train.features.iloc[kept], train.labels.iloc[kept])
        rows = kept
        labels, noisy_labels = labels[kept], {name: ids[kept] for name, ids in noisy_labels.items()}
    inputs, test_inputs = _encode(train, test)
    return Dataset(
        inputs=torch.from_numpy(inputs),
        labels=labels,
        test_inputs=torch.from_numpy(test_inputs),
        test_labels=_class_ids(test.where, _class_values(test.where, test.labels), classes),
        num_classes=len(classes),
        class_names=tuple(map(str, classes)),
        noisy_labels=noisy_labels,
        labels_are_true=labels_are_true,
        rows=rows,
    )


def _class_values(where: str, labels: Series[Any]) -> list[Any]:
    """Give each label as an int or a str."""
    if labels.isna().any():
        raise UserError(f"{where}: row {int(labels.isna().to_numpy().argmax())} has no label; remove such rows")
    values = labels.tolist()
    if not all(isinstance(value, str | int) or (isinstance(value, float) and value.is_integer()) for value in values):
        raise UserError(f"{where}: column {labels.name!r} is of type {labels.dtype}; labels must be integers or text")
    return [int(value) if isinstance(value, float) else value for value in values]


def _sort_key(value: Any) -> tuple[bool, Any]:
    return isinstance(value, str), value  # numbers before text


def _class_ids(where: str, values: list[Any], classes: list[Any]) -> Labels:
    ids = {value: i for i, value in enumerate(classes)}
    unknown = next((row for row, value in enumerate(values) if value not in ids), None)
    if unknown is not None:
        known = ", ".join(map(str, classes[:10]))
        raise UserError(f"{where}: row {unknown} has label {values[unknown]!r}, not one of {known}")
    return np.array([ids[value] for value in values], dtype=np.int64)


def _encode(train: Part, test: Part) -> tuple[Features, Features]:
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    if missing := [name for name in train.features if name not in test.features]:
        raise UserError(f"{test.where}: has no column {missing[0]!r}, which the training part has")
    columns = {name: train.features[name].dtype for name in train.features}
    numbers = [name for name, kind in columns.items() if is_numeric_dtype(kind) and not is_bool_dtype(kind)]
    categories = [name for name in columns if name not in numbers]
    if not columns:
        raise UserError(f"{train.where}: has no column to learn from beside the labels")
    _check_categories(train, categories)
    one_hot = _one_hot(train, test, categories) if categories else [np.empty((len(p.labels), 0)) for p in (train, test)]
    first, second = (
        np.concatenate([_numbers(part, numbers), hot], axis=1, dtype=np.float32, casting="same_kind")
        for part, hot in zip((train, test), one_hot, strict=True)
    )
    return first, second


def _numbers(part: Part, names: list[Any]) -> Features:
    from pandas.api.types import is_numeric_dtype

    for name in names:
        column = part.features[name]
        if not is_numeric_dtype(column.dtype):
            raise UserError(f"{part.where}: column {name!r} is of type {column.dtype}, but of numbers in training")
        with np.errstate(over="ignore"):
            finite = np.isfinite(column.to_numpy(dtype=np.float32, na_value=np.nan))
        if not finite.all():
            row = column.index[finite.argmin()]
            raise UserError(
                f"{part.where}: column {name!r} has no finite number in row {row}; fill it in, or leave the column out "
                f"with dataset.drop=[{name}]"
            )
    return part.features[names].to_numpy(dtype=np.float32)


def _check_categories(train: Part, names: list[Any]) -> None:
    from pandas.api.types import is_datetime64_any_dtype, is_timedelta64_dtype

    for name in names:
        column = train.features[name]
        _check_no_numbers(train.where, column)
        if is_datetime64_any_dtype(column.dtype) or is_timedelta64_dtype(column.dtype):
            problem = f"is of type {column.dtype}, neither numbers nor categories"
        elif len(column) > 2 and column.nunique() == len(column):
            problem = "has another text in every row"
        elif column.nunique() > max(MANY, len(column) / 2):
            problem = f"has {column.nunique()} different texts in {len(column)} rows"
        else:
            continue
        raise UserError(f"{train.where}: column {name!r} {problem}; leave it out with dataset.drop=[{name}]")


def _check_no_numbers(where: str, column: Series[Any]) -> None:
    """Refuse a column of text most of which are numbers: a few entries are wrong, not the column."""
    import pandas as pd

    texts = column.dropna().astype(str)
    wrong = pd.to_numeric(texts, errors="coerce").isna()
    if 0 < wrong.sum() < len(texts) / 2:
        row, text = next((row, text) for row, text, is_wrong in zip(texts.index, texts, wrong, strict=True) if is_wrong)
        raise UserError(f"{where}: column {column.name!r} holds {text!r} in row {row}, not a number; correct it")


def _one_hot(train: Part, test: Part, names: list[Any]) -> list[npt.NDArray[Any]]:
    from sklearn.preprocessing import OneHotEncoder

    encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False, dtype=np.float32)
    # As text, so that the same category is the same in both files, whatever type each of them was read as.
    texts = [
        part.features[names].astype(object).map(str, na_action="ignore").fillna("").to_numpy(dtype=object)
        for part in (train, test)
    ]
    return [encoder.fit_transform(texts[0]), encoder.transform(texts[1])]
