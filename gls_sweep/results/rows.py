"""A record as one flat row."""

import json
import math
from collections.abc import Mapping
from typing import Any

from gls_sweep.config.loss.gls import AUTO

Record = Mapping[str, Any]
"""The content of one `record.json`, as parsed."""

Row = dict[str, Any]
"""The leaves of a record by their dotted names: numbers, truth values, texts or None."""

POLICIES = {
    "last": "last epoch",
    "best": "epoch best on the test labels (oracle)",
    "val": "epoch best on held-out noisy labels",
    "last5": "mean of the last five epochs",
}
"""Each policy and what it shows: which epoch of the last phase, chosen on which labels."""

MEASURED_NOISE = ("requested_rate", "realised_rate", "labels_hash")
ESTIMATED = ("estimator", "noise_rate", "smooth_rate")


def make_row(record: Record) -> Row:
    """Flatten a record of any version; one that is not like today's gives what identifies it, its `status` None."""
    row = {key: record.get(key) for key in ("signature", "format", "results_version")}
    try:
        return row | _results(record) | _config(record)
    except (AttributeError, KeyError, TypeError, ValueError):
        return row | {"status": None}


def _config(record: Record) -> Row:
    row: Row = {}
    _flatten(record["config"], "", row)
    for name in [name for name in row if name.endswith("loss.smooth_rate") and row[name] == AUTO]:
        row |= {name: None, f"{name.removesuffix('smooth_rate')}auto": True}  # one word would make all rates texts
    return row


def _results(record: Record) -> Row:
    diverged_at, noise = record.get("diverged_at") or {}, record.get("noise") or {}
    row = {"status": record["status"]} | {key: record.get(key) for key in ("error", "git_commit")}
    row |= {f"diverged_at.{key}": diverged_at.get(key) for key in ("phase", "epoch")}
    row |= {f"noise.{key}": noise.get(key) for key in MEASURED_NOISE}
    row["noise.num_classes"] = len(noise.get("transition") or ()) or None
    estimate = record.get("estimate") or {}
    row |= {f"estimate.{key}": estimate[key] for key in ESTIMATED if key in estimate}
    error = transition_error(estimate.get("transition"), noise.get("realised_transition"))
    row |= {} if error is None else {"estimate.transition_error": error}
    _flatten(record.get("policies") or {}, "", row)
    for part in ("whole_run", "time", "execution", "versions"):
        _flatten(record.get(part) or {}, f"{part}.", row)
    return row


def transition_error(estimated: Any, realised: Any) -> float | None:
    """Give the mean total variation between the rows of two matrices; None stands for a class without a sample."""
    if not estimated or not realised:
        return None
    pairs = zip(estimated, realised, strict=True)
    errors = [sum(abs(p - q) for p, q in zip(*rows, strict=True)) / 2 for rows in pairs if rows[1][0] is not None]
    return math.fsum(errors) / len(errors) if errors else None


def _flatten(tree: Mapping[str, Any], prefix: str, row: Row) -> None:
    """Put the leaves of a nested mapping into `row` under their dotted keys."""
    for name, value in tree.items():
        if isinstance(value, dict) and value:
            _flatten(value, f"{prefix}{name}.", row)
        else:
            row[prefix + name] = json.dumps(value) if isinstance(value, (list, dict)) or _is_large(value) else value


def _is_large(value: Any) -> bool:
    """Whether a whole number does not fit into the 64 bits of a table's column."""
    return isinstance(value, int) and value.bit_length() > 63
