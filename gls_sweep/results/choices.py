"""What it costs to choose without the test set, as tables to be shown: the oracle gap, and the regret of `auto`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from gls_sweep.results.groups import NOISE_RATE, column_of
from gls_sweep.results.oracle_gap import oracle_gap
from gls_sweep.results.pivot import noise_labels
from gls_sweep.results.regret import regret

GAP, REGRET = "oracle gap", "regret of auto"
MEANINGS = {
    GAP: "lost against the rate and epoch best on the test labels; r val: best on held-out noisy labels",
    REGRET: "lost against the best swept rate, chosen by these seeds (overstated) or by the others",
}


class Cost(NamedTuple):
    """What a choice loses: mean over seeds and its standard error as fractions, and how many seeds are not in it."""

    mean: float
    error: float
    lost: int


Line = tuple[tuple[str, str], list[Cost | None]]
"""The two labels of a line, and what is lost at each noise rate."""


@dataclass(frozen=True)
class ChoiceTable:
    """A table.

    Attributes
    ----------
    title
        Its key in `MEANINGS`.
    heads
        What the labels of the lines are.
    noises
        The noise rates, in words.
    lines
        Its lines.
    measured
        The rows of `oracle_gap` or `regret` that are shown; an `estimator` that was not named is empty.
    """

    title: str
    heads: tuple[str, str]
    noises: list[str]
    lines: list[Line]
    measured: pd.DataFrame


def choice_tables(cells: pd.DataFrame) -> list[ChoiceTable]:
    """Give the tables that the cells of one loss allow.

    There is no oracle gap where no labels were held out, and none of the oracle itself; no regret without `auto`.
    """
    gaps, regrets = oracle_gap(cells), regret(cells)
    tables = []
    if len(gaps) and (gaps["epoch"] == "val").any():
        gaps = gaps[gaps["epoch"] != "best"]
        tables.append(_table(GAP, ("r", "epoch"), _gap_lines(gaps), gaps, cells))
    if len(regrets):
        regrets = regrets.assign(estimator=regrets["estimator"].fillna(""))
        tables.append(_table(REGRET, ("epoch", "best by"), _regret_lines(regrets), regrets, cells))
    return tables


Rows = tuple[tuple[str, str], pd.DataFrame]
"""The two labels of a line, and its rows: one a noise rate, with the columns of `_named`."""


def _gap_lines(gaps: pd.DataFrame) -> Iterator[Rows]:
    for (rate, epoch), rows in gaps.groupby(["rate", "epoch"], sort=False):
        yield (str(rate), str(epoch)), _named(rows, "gap", "standard_error")


def _regret_lines(regrets: pd.DataFrame) -> Iterator[Rows]:
    for (policy, estimator), rows in regrets.groupby(["policy", "estimator"], sort=False):
        name = f"{policy} ({estimator})" if estimator else str(policy)
        yield (name, "these"), _named(rows, "regret", "standard_error")
        if rows["held_out_regret"].notna().any():
            yield ("", "others"), _named(rows, "held_out_regret", "held_out_error")


def _named(rows: pd.DataFrame, mean: str, error: str) -> pd.DataFrame:
    return pd.DataFrame(
        {NOISE_RATE: column_of(rows, NOISE_RATE), "mean": rows[mean], "error": rows[error], "lost": rows["lost"]}
    )


def _table(
    title: str, heads: tuple[str, str], lines: Iterator[Rows], measured: pd.DataFrame, cells: pd.DataFrame
) -> ChoiceTable:
    noises = noise_labels(pd.Index(column_of(cells, NOISE_RATE).drop_duplicates().sort_values()), cells)
    told = [(labels, _entries(rows, noises, cells)) for labels, rows in lines]
    return ChoiceTable(title, heads, noises, told, measured)


def _entries(rows: pd.DataFrame, noises: list[str], cells: pd.DataFrame) -> list[Cost | None]:
    """Put the rows of a line under their noise rates."""
    numbers = zip(rows["mean"], rows["error"], rows["lost"], strict=True)
    told = noise_labels(pd.Index(rows[NOISE_RATE]), cells)
    at = {noise: Cost(*own) for noise, own in zip(told, numbers, strict=True)}
    return [at.get(noise) for noise in noises]
