"""Intervals and tests as tables to be shown, for each group of a table."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

import pandas as pd

from gls_sweep.results.formats import Entry, Grid
from gls_sweep.results.metrics import ACCURACY, scale
from gls_sweep.results.statistics.caveats import caveats
from gls_sweep.results.statistics.intervals import intervals_of
from gls_sweep.results.statistics.paired import tests_of
from gls_sweep.results.statistics.paper import paper_test
from gls_sweep.results.statistics.samples import Sample, samples
from gls_sweep.results.statistics.sentences import LEVEL, sentences
from gls_sweep.results.statistics.words import number, p_value

Row = dict[Any, Any]


def statistics_grids(table: pd.DataFrame, policy: str, metric: str = ACCURACY, paper: bool = False) -> list[Grid]:
    """Lay out `sentences`, `intervals` and `paired_tests`, or with `paper` the `paper_test`.

    Parameters
    ----------
    table
        As from `load_table`.
    policy, metric
        As in `pivot`.
    paper
        Whether to show the paper's test instead of ours.
    """
    if paper:
        return [_paper(paper_test(table, policy, metric), policy, metric)]
    told = Grid(pd.DataFrame(), notes=[*sentences(table, policy, metric), *caveats(table, policy, metric)])
    found = list(samples(table, policy, metric))
    references = dict.fromkeys(own.names[own.reference] for own in found if own.reference is not None)
    of = f"difference from {' or '.join(references)}{' in points' if scale(metric)[0] == 100 else ''}"
    note = f"in brackets p, after Holm's correction over the rows of one noise rate; marked: below {LEVEL}"
    return [
        told,
        *_pivoted(found, intervals_of, f"{policy}: mean [95 % interval]", lambda row: _interval(row, metric), []),
        *_pivoted(found, tests_of, f"{policy}: {of}", lambda row: _difference(row, metric), [note.replace("0.", ".")]),
    ]


def _pivoted(
    found: list[Sample],
    rows_of: Callable[[Sample], list[Row]],
    title: str,
    write: Callable[[Row], Entry],
    notes: list[str],
) -> Iterator[Grid]:
    """Give a grid a group: a row of the pivot by noise rate; CSV gets all numbers."""
    for group, own in groupby(found, key=lambda sample: str(sample.keys["group"])):
        of_group = list(own)
        rows = pd.DataFrame([row for sample in of_group for row in rows_of(sample)])
        if rows.empty:
            continue
        entries: list[Any] = [write(row) for row in rows.to_dict("records")]
        written = rows.assign(entry=pd.Series(entries, rows.index, dtype="object"))
        frame = written.pivot(index="row", columns="noise", values="entry")
        frame = frame.reindex(index=_order(of_group, rows["row"].unique()), columns=rows["noise"].unique())
        frame = frame.rename_axis(None, axis=1).reset_index(
            names=f"{'r' if of_group[0].rows_are_rates else 'loss'} \\ ε"
        )
        yield Grid(frame, ", ".join(filter(None, (group, title))), notes, _first(rows, title))


def _order(of_group: Sequence[Sample], rows: Iterable[str]) -> list[str]:
    """Sort rows as in the printed tables, also where the first noise rate lacks some: rates fall, `auto` is last."""
    if not of_group[0].rows_are_rates:
        return list(rows)
    rates = {row: rate for sample in of_group for row, rate in sample.rates.items()}
    return sorted(rows, key=lambda row: (math.isnan(rates[row]), -rates[row]))


def _first(rows: pd.DataFrame, title: str) -> pd.DataFrame:
    numbers = rows.copy()
    numbers.insert(0, "statistic", title)
    return numbers


def _interval(row: Row, metric: str) -> Entry:
    mean, low, high = (number(row[name], metric) for name in ("mean", "low", "high"))
    return Entry(f"{mean} [{low}, {high}]" if low else mean)


def _difference(row: Row, metric: str) -> Entry:
    if math.isnan(row["difference"]):
        return Entry("")
    p = "" if math.isnan(row["p_holm"]) else f" ({p_value(row['p_holm']).removeprefix('p ').removeprefix('= ')})"
    return Entry(f"{number(row['difference'], metric, '+')}{p}", marked=row["p_holm"] < LEVEL)


def _paper(found: pd.DataFrame, policy: str, metric: str) -> Grid:
    notes = [
        "two-sample t-test over smooth rates (Wei et al., ICML 2022): it says whether negative rates do better on the "
        "whole, not which one, nor how sure the seeds are",
    ]
    title = f"{policy}: five non-negative against five negative smooth rates"
    if found.empty:
        return Grid(pd.DataFrame({"noise": []}), title, ["too few smooth rates on either side", *notes])
    shown = found.assign(**{name: found[name].map(lambda value: number(value, metric)) for name in SIDES})
    shown = shown.assign(p=found["p"].map(lambda p: "" if math.isnan(p) else f"{p:.2g}"), t=found["t"].round(2))
    rates = found["n_non_negative"].astype("str") + " / " + found["n_negative"].astype("str")
    columns = ["group", "noise", *SIDES, "t", "p", "rates"]
    frame = shown.assign(rates=rates)[columns[not found["group"].any() :]]
    return Grid(frame.rename(columns=lambda name: name.replace("_", "-")), title, notes, found)


SIDES = ("non_negative", "negative", "difference")
