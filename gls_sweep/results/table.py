"""The table: all records of a sweep as one DataFrame, one row a cell."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import NoneType
from typing import Any

import pandas as pd

from gls_sweep.files import write_atomically
from gls_sweep.results.records import Record, read_records

POLICIES = {
    "last": "last epoch",
    "best": "epoch best on the test labels (oracle)",
    "val": "epoch best on held-out noisy labels",
    "last5": "mean of the last five epochs",
}
"""Each policy and what it shows: which epoch of the last phase, chosen on which labels."""

_RESULT_ROOTS = {
    *("signature", "status", "error", "diverged_at", "whole_run", "time", "execution", "versions", "git_commit"),
    *POLICIES,
}
_MEASURED_NOISE = ("requested_rate", "realised_rate", "labels_hash")
_NOISE_RESULTS = {f"noise.{name}" for name in (*_MEASURED_NOISE, "num_classes")}


def load_table(folder: str | Path, signatures: Iterable[str] | None = None) -> pd.DataFrame:
    """Load a sweep's records as a table: one row a cell, sorted by configuration.

    Parameters
    ----------
    folder
        A sweep's folder, `results/<sweep>`.
    signatures
        Only these cells (those without a record yet are left out); all cells when None.

    Returns
    -------
    DataFrame
        A column exists when at least one cell has it; what a cell lacks is missing there. Columns:

        - `signature`, `status` (`finished`, `diverged` or `failed`).
        - Configuration, named by the dotted keys of the command line: `dataset.name`, `noise.rate`, `noise.seed`,
          `loss.smooth_rate`, `schedule.phases.main.epochs`, `seed`, ...; lists as their JSON text.
        - `error`; `diverged_at.phase`, `diverged_at.epoch`.
        - `<policy>.phase`, `<policy>.epoch` (from 1 within the phase) and metrics `<policy>.<split>_<metric>` for the
          policies `last`, `best`, `val`, `last5` over the last phase, and `whole_run.<policy>...` over all phases.
          Splits: `train`, `val`, `test`. Metrics: `accuracy`, `ece`, `confidence_right` and `confidence_wrong` as
          fractions in [0, 1], `nll` in nats. No column of policy `val` where `dataset.val_fraction` is 0 throughout.
        - `noise.requested_rate`, `noise.realised_rate` (fractions), `noise.labels_hash`, `noise.num_classes`.
        - `time.finished` (UTC), `time.seconds`; `execution.pack_size`, ...; `versions.torch`, ...; `git_commit`.

        Text is `str`, whole numbers (epochs, seeds, sizes) `Int64`, truth values `boolean`, other numbers `float64`.

    Raises
    ------
    UserError
        If `folder` holds no records, or one that cannot be read.
    """
    columns = _as_columns(map(_row, read_records(folder, signatures)))
    table = pd.DataFrame({name: _typed(name, values) for name, values in columns.items()})
    config = config_columns(table)
    first = ["signature", "status", *config]
    ordered = table[[*first, *table.columns.difference(first, sort=False)]]
    return ordered.sort_values([*config, "signature"], ignore_index=True)


def write_table(table: pd.DataFrame, folder: str | Path) -> list[Path]:
    """Write `table.parquet` and `table.csv` into `folder`, each atomically; return their paths."""
    return [
        write_atomically(Path(folder) / "table.parquet", lambda path: table.to_parquet(path, index=False)),
        write_atomically(Path(folder) / "table.csv", lambda path: table.to_csv(path, index=False)),
    ]


def config_columns(table: pd.DataFrame) -> list[str]:
    """Columns of a table that are configuration: all that are not known to be results."""
    # Told by exclusion: a key nobody thought of then splits a pivot where it varies, instead of being averaged over.
    return [c for c in table.columns if c.split(".", 1)[0] not in _RESULT_ROOTS and c not in _NOISE_RESULTS]


def _row(record: Record) -> dict[str, Any]:
    diverged_at, noise = record.get("diverged_at") or {}, record.get("noise") or {}
    row = {key: record.get(key) for key in ("signature", "status", "error", "git_commit")}
    row |= {f"diverged_at.{key}": diverged_at.get(key) for key in ("phase", "epoch")}
    row |= {f"noise.{key}": noise.get(key) for key in _MEASURED_NOISE}
    row["noise.num_classes"] = len(noise.get("transition") or ()) or None
    _flatten(record["config"], "", row)
    _flatten(record.get("policies") or {}, "", row)
    for part in ("whole_run", "time", "execution", "versions"):
        _flatten(record.get(part) or {}, f"{part}.", row)
    return row


def _flatten(tree: Mapping[str, Any], prefix: str, row: dict[str, Any]) -> None:
    """Put the leaves of a nested mapping into `row` under their dotted keys."""
    for name, value in tree.items():
        if isinstance(value, dict) and value:
            _flatten(value, f"{prefix}{name}.", row)
        else:
            row[prefix + name] = json.dumps(value) if isinstance(value, (list, dict)) else value


def _as_columns(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Turn rows into columns; what a row lacks is None."""
    columns: defaultdict[str, list[Any]] = defaultdict(list)
    count = 0
    for row in rows:
        for name, value in row.items():
            column = columns[name]
            if len(column) < count:
                column.extend([None] * (count - len(column)))
            column.append(value)
        count += 1
    return {name: column + [None] * (count - len(column)) for name, column in columns.items()}


def _typed(name: str, values: list[Any]) -> "pd.Series[Any]":
    """Make a column whose type follows from the JSON types of its values, or from its name where all are missing."""
    kinds = {type(value) for value in values} - {NoneType}
    if name == "time.finished":
        return pd.to_datetime(pd.Series(values, dtype="str"), utc=True, format="ISO8601")
    if str in kinds or name.endswith(("error", "git_commit", "labels_hash", ".phase")):
        texts = [value if value is None or isinstance(value, str) else json.dumps(value) for value in values]
        return pd.Series(texts, dtype="str")
    if kinds == {bool}:
        return pd.Series(values, dtype="boolean")
    if kinds == {int} or name.endswith((".epoch", "num_classes")):
        return pd.Series(values, dtype="Int64")
    return pd.Series(values, dtype="float64")
