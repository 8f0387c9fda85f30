"""Tables of OpenML, by name."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gls_sweep.data.dataset import Dataset
from gls_sweep.data.tabular import Part, tabular_dataset
from gls_sweep.errors import UserError

if TYPE_CHECKING:
    from pandas import DataFrame, Series


def openml(
    *,
    openml_name: str,
    version: int,
    root: str | Path,
    label_column: str | None = None,
    positive: list[str] | None = None,
    drop: list[str] | None = None,
    test_fraction: float = 0.2,
    split_seed: int = 0,
) -> Dataset:
    """Fetch a table with ``sklearn.datasets.fetch_openml``, which keeps it in a folder and checks its checksum.

    Parameters
    ----------
    openml_name : str
        As OpenML calls it: ``credit-g``, ``diabetes``, ``heart-statlog``, ``splice``, ...
    version : int
        OpenML's version of that name, at least 1.
    root : path
        Folder whose folder ``openml`` holds, or is to hold, the files.
    label_column : str, optional
        Column of the classes; null for the one that OpenML names as the target.
    positive : list of str, optional
        Classes that together become class 1 of two; all others become class 0.
    drop : list of str, optional
        Columns to leave out.
    test_fraction : float
        Part held out for testing, stratified, in ``(0, 1)``.
    split_seed : int
        Seed of that split.

    Returns
    -------
    Dataset
        Features ``[N, D]`` float32; for how columns become features, see `tabular_dataset`.

    Raises
    ------
    UserError
        If the table cannot be fetched, is no table with one column of classes, lacks a column or class that is named,
        or see `tabular_dataset`.
    """
    where = f"dataset.openml_name={openml_name}"
    features, labels = _fetch(where, openml_name, version, Path(root).expanduser(), label_column)
    for column in drop or []:
        if column not in features:
            raise UserError(
                f"dataset.drop={column}: must be a column of {openml_name}, one of {', '.join(map(str, features))}"
            )
    if positive is not None:
        labels = _two_classes(labels, positive)
    return tabular_dataset(Part(where, features.drop(columns=drop or []), labels), test_fraction, split_seed)


def _fetch(where: str, name: str, version: int, root: Path, label_column: str | None) -> tuple[DataFrame, Series[Any]]:
    import pandas as pd
    from sklearn.datasets import fetch_openml

    try:
        with warnings.catch_warnings(action="ignore"):  # of each retry
            data = fetch_openml(
                name,
                version=version,
                data_home=root,
                target_column=label_column or "default-target",
                as_frame=True,
                parser="pandas",
                n_retries=1,
            )
    except Exception as error:  # of the network, of OpenML, of parsers
        reason = " ".join(str(error).split())[:200]
        raise UserError(
            f"{where}: version {version} cannot be fetched from openml.org ({reason}); without a network, copy the "
            f"folder {root / 'openml'} from where there is one"
        ) from error
    if not isinstance(data.target, pd.Series):
        raise UserError(f"{where}: has not one column of classes; name one by dataset.label_column")
    return data.data, data.target


def _two_classes(labels: Series[Any], positive: list[str]) -> Series[Any]:
    texts, chosen = labels.astype(object).map(str, na_action="ignore"), set(map(str, positive))
    known = set(texts.dropna())
    if not (chosen and chosen < known):
        raise UserError(
            f"dataset.positive={positive}: must be some but not all of the classes {', '.join(sorted(known)[:20])}"
        )
    return texts.map(lambda name: int(name in chosen), na_action="ignore")
