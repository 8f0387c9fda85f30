"""A recorded cell as all loggers tell of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gls_sweep.record_file import cell_folder, read_history, read_record
from gls_sweep.results.rows import POLICIES, Row, make_row
from gls_sweep.results.table import is_configuration

RESULTS = (*POLICIES, "estimate")


@dataclass(frozen=True)
class RecordedCell:
    """What a cell's run shows.

    Attributes
    ----------
    status : str
        `finished`, `diverged` or `failed`.
    parameters : dict
        What the table's configuration columns hold: numbers, truth values and texts by dotted key.
    results : dict of str to float
        Metrics by policy, `val.test_accuracy` for example, and what was estimated.
    history : list of dict
        Learning rate and metrics after each epoch, those of all phases in one sequence.
    """

    signature: str
    status: str
    parameters: dict[str, Any]
    results: dict[str, float]
    history: list[dict[str, float]]

    @property
    def epochs(self) -> int:
        """Epochs of all phases; an epoch's step counts from 1 over all of them."""
        return len(self.history)


def read_cell(folder: Path, signature: str) -> RecordedCell | None:
    """Read a cell of a sweep's folder; None where its record is gone or damaged."""
    place = cell_folder(folder, signature)
    record = read_record(place / "record.json")
    if record is None:
        return None
    row = make_row(record)
    parameters = {name: value for name, value in row.items() if is_parameter(name) and value is not None}
    history = [numbers_of(epoch) for epoch in read_history(place)]
    return RecordedCell(signature, record["status"], parameters, results_of(row), history)


def is_parameter(name: str) -> bool:
    """Whether an entry of a row is one of the table's configuration columns."""
    return is_configuration(name) and name != "format"


def results_of(row: Row) -> dict[str, float]:
    """Keep the numbers by policy and those that were estimated."""
    numbers = {name: value for name, value in row.items() if isinstance(value, int | float)}
    return {name: float(value) for name, value in numbers.items() if name.partition(".")[0] in RESULTS}


def numbers_of(row: dict[str, str]) -> dict[str, float]:
    """Read the finite numbers of a row of a history."""
    numbers = {name: float(text) for name, text in row.items() if text and name not in ("phase", "epoch")}
    return {name: value for name, value in numbers.items() if math.isfinite(value)}
