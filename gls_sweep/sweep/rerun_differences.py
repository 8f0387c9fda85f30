"""What differs between two trainings of one cell: labels, end, history, policies, estimate, weights."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gls_sweep.record_file import read_history

if TYPE_CHECKING:
    from torch import Tensor

    from gls_sweep.results.rows import Record

ACCURACIES = ("test_accuracy", "val_accuracy")
ENDS = ("status", "diverged_at")


@dataclass(frozen=True)
class Difference:
    """One thing that came out otherwise.

    Attributes
    ----------
    what, where
        What differs, and at which epoch, policy or tensor.
    recorded, now
        Its value before and now.
    """

    what: str
    where: str
    recorded: Any
    now: Any


def differences(recorded: Path, now: Path, records: tuple[Record, Record]) -> list[Difference]:
    """Compare all numbers that two cells' folders hold, to the last bit; times, versions and machines are left out."""
    from gls_sweep.sweep.work.recorded import read_weights

    weights = [read_weights(cell, record) for cell, record in zip((recorded, now), records, strict=True)]
    return [
        *compare_records(*records),
        *compare_histories(read_history(recorded), read_history(now)),
        *compare_weights(*weights),
    ]


def compare_records(recorded: Record, now: Record) -> Iterator[Difference]:
    """Compare labels, end, estimated rate and the policies' metrics."""
    if recorded["noise"].get("labels_hash") != now["noise"].get("labels_hash"):
        yield Difference("labels", "hash", recorded["noise"].get("labels_hash"), now["noise"].get("labels_hash"))
    for name in ENDS:
        if recorded[name] != now[name]:
            yield Difference(name.replace("_", " "), "", show_end(recorded[name]), show_end(now[name]))
    if recorded.get("estimate") != now.get("estimate"):
        rates = [record.get("estimate", {}).get("smooth_rate") for record in (recorded, now)]
        yield Difference("estimate", "smooth_rate", *rates)
    for name in dict.fromkeys([*recorded["policies"], *now["policies"]]):
        ours, theirs = recorded["policies"].get(name, {}), now["policies"].get(name, {})
        for key in ("epoch", *ACCURACIES):
            if ours.get(key) != theirs.get(key):
                yield Difference(f"policy {name}", key, ours.get(key), theirs.get(key))


def show_end(value: Any) -> Any:
    """Show where a cell diverged."""
    return f"{value['phase']} {value['epoch']}" if isinstance(value, Mapping) else value


def compare_histories(recorded: Sequence[Mapping[str, str]], now: Sequence[Mapping[str, str]]) -> Iterator[Difference]:
    """Find the first number that differs, and the one that differs most in relation to its size."""
    if len(recorded) != len(now):
        yield Difference("history", "epochs", len(recorded), len(now))
    found = [
        (relative(number(ours[key]), number(theirs.get(key, ""))), ours, key, theirs.get(key, ""))
        for ours, theirs in zip(recorded, now, strict=False)
        for key in ours
        if ours[key] != theirs.get(key)
    ]
    if found:
        for name, (_, ours, key, value) in [("first", found[0]), ("largest", max(found, key=lambda item: item[0]))]:
            where = f"{ours['phase']} {ours['epoch']}, {key}"
            yield Difference(f"history, {name} of {len(found)} numbers", where, number(ours[key]), number(value))


def relative(ours: float, theirs: float) -> float:
    """Give the difference of two different numbers in relation to the larger one; infinite where one is missing."""
    size = max(abs(ours), abs(theirs))
    difference = abs(ours - theirs) / size if size else 0.0
    return difference if math.isfinite(difference) else math.inf


def number(text: str) -> float:
    """Read a field of a history: NaN is left empty there."""
    return float(text) if text else math.nan


def compare_weights(recorded: Mapping[str, Tensor], now: Mapping[str, Tensor]) -> Iterator[Difference]:
    """Find the weight that differs most."""
    if recorded.keys() != now.keys():
        yield Difference("weights", "tensors", len(recorded), len(now))
        return
    other = [name for name in recorded if not same_bits(recorded[name], now[name])]
    if other:
        name, at = max((largest_gap(name, recorded[name], now[name]) for name in other), key=lambda gap: gap[0])[1:]
        values = [weights[name].flatten()[at].item() for weights in (recorded, now)]
        yield Difference(f"weights, largest of {len(other)} tensors", f"{name}[{at}]", *values)


def largest_gap(name: str, ours: Tensor, theirs: Tensor) -> tuple[float, str, int]:
    """Give the largest difference between two tensors of one shape, infinite where one is NaN, and where it is."""
    gaps = (ours.double() - theirs.double()).abs().nan_to_num(math.inf, math.inf).flatten()
    at = int(gaps.argmax())
    return float(gaps[at]), name, at


def same_bits(ours: Tensor, theirs: Tensor) -> bool:
    """Whether two tensors are equal bit by bit, NaN included."""
    same_kind = ours.shape == theirs.shape and ours.dtype == theirs.dtype
    return same_kind and ours.numpy().tobytes() == theirs.numpy().tobytes()
