"""The heat maps as tables: loss or smooth rate by noise rate, one a policy."""

import math
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from gls_sweep.results.averaged import averaged_over, tell_policy
from gls_sweep.results.escape import signed
from gls_sweep.results.groups import NOISE_RATE, RATE
from gls_sweep.results.numbers import percent
from gls_sweep.results.pivot import PivotTable, best_two, ce_reference, has_policy, pivot
from gls_sweep.results.report.words import POLICIES, counted
from gls_sweep.results.shades import shade, span_of
from gls_sweep.results.theory import optimal_rates

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

CE, OPTIMAL = "CE†", "theory"
NOTES = {
    CE: "CE†: cross entropy alone at its val epoch of the whole run, warm-up included.",
    OPTIMAL: "Theory: the smooth rate that makes GLS on these labels equal in expectation to CE on clean ones.",
}


@dataclass(frozen=True)
class HeatEntry:
    """One entry: its number in percent, what was lost, both in words, its colours, and the filter for its cells."""

    number: str
    spread: str
    lost: str
    told: str
    fill: str
    ink: str
    is_best: bool
    filter: str


@dataclass(frozen=True)
class HeatTable:
    """A policy's heat map: names of the columns, and each row's name with its entries.

    Attributes
    ----------
    meaning
        Which epoch the policy takes.
    corner
        What the rows are.
    feet
        Lines below: CE alone, and the smooth rates that theory calls best, where there are such.
    over
        What means are over.
    span
        How many points below the best the colours end; 0 where a single row has nothing to compare.
    notes
        What has to be explained.
    """

    policy: str
    meaning: str
    corner: str
    columns: list[str]
    rows: list[tuple[str, list[HeatEntry]]]
    feet: list[tuple[str, list[str]]]
    over: str
    span: float
    notes: list[str]


def heat_tables(group: pd.DataFrame, labels: "pd.Series[Any]") -> list[HeatTable]:
    """Make the heat maps of the cells of a group, one for each policy that they have, by the labels of their rows."""
    pivots = {policy: pivot(group, policy, rows=labels) for policy in POLICIES if has_policy(group, policy)}
    feet = list(_feet(group, next(iter(pivots.values())))) if pivots else []
    return [_heat_table(group, policy, grids, feet) for policy, grids in pivots.items()]


def _heat_table(group: pd.DataFrame, policy: str, grids: PivotTable, feet: list[tuple[str, list[str]]]) -> HeatTable:
    below = 100 * (grids.mean - grids.mean.max()).to_numpy(dtype=np.float64)
    span = span_of(below) if len(below) > 1 else 0.0
    best = best_two(grids.mean).to_numpy(dtype=np.bool_)
    rows = [(_name(grids, i), list(_entries(grids, i, below[i], best[i], span))) for i in range(len(below))]
    corner = "smooth rate" if grids.mean.index.name == RATE else "loss"
    over = averaged_over(group, grids.n.to_numpy().ravel().tolist())
    notes = [NOTES[name] for name, _ in feet] + list(_marks(grids))
    return HeatTable(policy, tell_policy(policy, group), corner, grids.column_labels, rows, feet, over, span, notes)


def _entries(grids: PivotTable, i: int, below: Floats, best: Booleans, span: float) -> Iterator[HeatEntry]:
    row = str(grids.mean.index[i])
    for j, column in enumerate(grids.column_labels):
        number, spread = percent(grids.mean.iat[i, j]), percent(grids.std.iat[i, j])
        lost = grids.entry(i, j)[1].strip("()")
        words = f"{_name(grids, i)}, noise {column}: {_told(grids, i, j, float(below[j]), span)}"
        asked = f"{grids.mean.index.name}={shlex.quote(row)} {NOISE_RATE}={shlex.quote(column)}"
        colours = shade(-float(below[j]) / span if span else math.nan)
        yield HeatEntry(number, spread, lost, words, *colours, bool(best[j]), asked)


def _told(grids: PivotTable, i: int, j: int, below: float, span: float) -> str:
    """Put entry (i, j) into a sentence."""
    n, diverged, failed = (int(frame.to_numpy()[i, j]) for frame in (grids.n, grids.diverged, grids.failed))
    parts = [f"{count} {word}" for count, word in ((diverged, "diverged"), (failed, "failed")) if count]
    if not n:
        return ", ".join(parts) or "no cells"
    spread = percent(grids.std.iat[i, j], 2)
    parts.insert(0, f"{percent(grids.mean.iat[i, j], 2)} %{f' ± {spread}' if spread else ''}, {counted(n, 'cell')}")
    place = "the best of its column" if below == 0 else f"{-below:.2f} points below the best"
    return "; ".join(filter(None, [", ".join(parts), place if span else ""]))


def _feet(group: pd.DataFrame, grids: PivotTable) -> Iterator[tuple[str, list[str]]]:
    reference = ce_reference(group)
    if reference is not None:
        at = reference.mean.columns.get_indexer(grids.mean.columns)
        words = [" ".join(reference.entry(0, int(j))).strip() if j >= 0 else "" for j in at]
        yield CE, [entry.replace("±", " ±") for entry in words]
    optimal = optimal_rates(group, grids.mean.columns)
    if grids.mean.index.name == RATE and not np.isnan(optimal).all():
        yield OPTIMAL, ["" if math.isnan(rate) else signed(f"{rate + 0.0:.2g}") for rate in optimal]


def _marks(grids: PivotTable) -> Iterator[str]:
    if best_two(grids.mean).any(axis=None):
        yield "Underlined: the best two of a column."
    for word, counts in (("diverged (div)", grids.diverged), ("failed (fail)", grids.failed)):
        if counts.any(axis=None):
            yield f"Cells that {word} are counted, not averaged."


def _name(grids: PivotTable, i: int) -> str:
    """Name a row, a smooth rate with a minus sign."""
    label = str(grids.mean.index[i])
    return signed(label) if grids.mean.index.name == RATE else label
