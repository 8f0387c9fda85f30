"""The training samples of a sweep, ranked by how likely their given label is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from gls_sweep.data import Dataset
from gls_sweep.errors import UserError
from gls_sweep.estimation import proposed_labels, suspect_count, suspect_scores
from gls_sweep.sweep.selection import cells_of_one_labelling
from gls_sweep.sweep.work.recorded import PoolOutputs, predict_pool


@dataclass(frozen=True, eq=False)
class Suspects:
    """A ranking of all training samples.

    Attributes
    ----------
    ranking
        One row a sample, the most suspect first, equal ones by index. Columns: `index` (row of the training pool),
        `row` or `path` (where in the source it stands, see `gls_sweep.data.Dataset`),
        `given` and `proposed` (class numbers) with `given_name` and `proposed_name`, `score` (see
        `gls_sweep.estimation.suspect_scores`), `suspected`, `out_of_sample` (judged by networks that were not trained
        on it); where labels are known to be wrong, `true` and `wrong` as well.
    cells
        How many networks were asked.
    expected
        How many labels are estimated to be wrong.
    """

    ranking: pd.DataFrame
    dataset: Dataset
    cells: int
    expected: int


def find_suspects(folder: Path, filters: Sequence[str] = (), count: int | None = None) -> Suspects:
    """Rank the training samples of a sweep's finished cells.

    Parameters
    ----------
    folder, filters
        See `cells_of_one_labelling`.
    count
        How many to suspect; as many as are estimated to be wrong when None.

    Raises
    ------
    UserError
        See `cells_of_one_labelling` and `predict_pool`; if there are fewer samples than `count`.
    """
    signatures = cells_of_one_labelling(folder, filters)["signature"].tolist()
    outputs = predict_pool(folder, signatures)
    if count is not None and count > len(outputs.labels):
        raise UserError(f"--count {count}: must be at most {len(outputs.labels)}, the number of training samples")
    expected = suspect_count(outputs.probabilities, outputs.labels)
    ranking = rank(outputs, expected if count is None else count)
    return Suspects(ranking, outputs.dataset, len(signatures), expected)


def rank(outputs: PoolOutputs, count: int) -> pd.DataFrame:
    """Lay out the ranking, its first `count` samples suspected."""
    given, names = outputs.labels, np.array(outputs.dataset.class_names)
    proposed = proposed_labels(outputs.probabilities, given)
    dataset = outputs.dataset
    places = {"index": np.arange(len(given)), "row": dataset.rows, "path": dataset.paths}
    columns = {name: place for name, place in places.items() if place is not None} | {
        "given": given,
        "given_name": names[given],
        "proposed": proposed,
        "proposed_name": names[proposed],
        "score": suspect_scores(outputs.probabilities, given),
    }
    table = pd.DataFrame(columns).sort_values("score", ascending=False, kind="stable", ignore_index=True)
    table["suspected"] = np.arange(len(table)) < count
    table["out_of_sample"] = outputs.out_of_sample[table["index"]]
    wrong = given != outputs.dataset.labels
    if outputs.dataset.labels_are_true and wrong.any():
        table["true"], table["wrong"] = outputs.dataset.labels[table["index"]], wrong[table["index"]]
    return table
