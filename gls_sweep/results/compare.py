"""A sweep beside published numbers."""

import numpy as np
import pandas as pd

from gls_sweep.errors import UserError
from gls_sweep.results.conditions import Condition, allowed_in_words, meet, meet_any, not_allowed
from gls_sweep.results.differences import add_differences, summarise
from gls_sweep.results.groups import AVERAGED, column_of, show, telling_keys
from gls_sweep.results.pivot import require_policy
from gls_sweep.results.published import Published

ENTRY, CELLS, PROTOCOL_DIFFERENCES = "entry", "cells", "protocol_differences"


def compare(table: pd.DataFrame, published: Published, policy: str | None = None) -> pd.DataFrame:
    """Put published accuracies and those of a sweep side by side.

    Parameters
    ----------
    table
        As from `load_table`.
    published
        As from `load_published`.
    policy
        Which epoch ours are taken from, as in `pivot`; that of each published number when None.

    Returns
    -------
    DataFrame
        A line for each published number that cells of the table can be held against; several where cells differ in
        more than seeds, in their schedule for example, since those are not to be averaged over. Accuracies are
        fractions.

        - `noise`, `row`: where the number stands in its table; `cells`: what tells its lines apart, empty where nothing
          does.
        - `reference`, `reference_std`, `reference_n`: the published mean, standard deviation and number of runs.
        - `policy`: of ours; `mean`, `std`, `n`: over finished cells; `diverged`, `failed`: numbers of others.
        - `difference`, `error`, `within`: as from `add_differences`.
        - `best`: whether this is the best of several lines, of those trained as published, if there are any.
        - `protocol_differences`: where our cells were trained otherwise than the published ones.

    Raises
    ------
    UserError
        If no cell can be held against any of the numbers, or the cells do not have the policy.
    """
    cells = _cells(table, published, policy)
    keys = telling_keys(cells.drop(columns=["policy", "value"]), AVERAGED, [ENTRY])[1:]
    cells[CELLS] = in_words(cells, keys)
    lines = summarise(cells, [ENTRY, CELLS, "policy"])
    groups = cells.groupby([ENTRY, CELLS], sort=False)
    lines[PROTOCOL_DIFFERENCES] = [_protocol_differences(group, published.protocol) for _, group in groups]
    lines = add_differences(_references(published).merge(lines, on=ENTRY))
    return lines.assign(best=_best(lines)).drop(columns=ENTRY)


def not_run(lines: pd.DataFrame, published: Published) -> int:
    """Count the published numbers that no cell of ours can be held against, of those in `published.entries`."""
    return len(published.entries) - lines.groupby(["noise", "row"]).ngroups


def in_words(cells: pd.DataFrame, keys: list[str]) -> "pd.Series[str]":
    """Write the values of some keys for each cell, as on the command line."""
    words = pd.Series("", index=cells.index)
    for key in keys:
        words += ("" if key == keys[0] else ", ") + key + "=" + cells[key].map(show).astype("str")
    return words


def _cells(table: pd.DataFrame, published: Published, policy: str | None) -> pd.DataFrame:
    """Give the cells of each entry under each other, with its number, and the accuracy under its policy."""
    met = [np.flatnonzero(meet_any(table, entry.where)) for entry in published.entries]
    if not sum(map(len, met)):
        raise UserError(_nothing_met(table, published))
    entries = np.repeat(np.arange(len(met)), [len(own) for own in met])
    policies = np.array([policy or entry.policy for entry in published.entries])[entries]
    cells = table.iloc[np.concatenate(met)].reset_index(drop=True)
    values = pd.Series(float("nan"), index=cells.index)
    for one in dict.fromkeys(policies):
        require_policy(cells, one)
        values = values.where(policies != one, column_of(cells, f"{one}.test_accuracy"))
    labels = pd.DataFrame({ENTRY: entries, "policy": policies, "value": values})
    return pd.concat([cells, labels], axis=1).copy()  # the copy is in one piece, which pandas warns of otherwise


def _references(published: Published) -> pd.DataFrame:
    return pd.DataFrame(
        {
            ENTRY: range(len(published.entries)),
            "noise": [entry.noise for entry in published.entries],
            "row": [entry.row for entry in published.entries],
            "reference": [entry.mean for entry in published.entries],
            "reference_std": pd.Series([entry.std for entry in published.entries], dtype="float64"),
            "reference_n": pd.Series([entry.runs for entry in published.entries], dtype="Int64"),
        }
    )


def _protocol_differences(cells: pd.DataFrame, protocol: tuple[Condition, ...]) -> str:
    """Say where cells were trained otherwise than by the way of the protocol that they are nearest to."""
    found, way = min(((not_allowed(cells, way), way) for way in protocol), key=lambda pair: len(pair[0]))
    return ", ".join(f"{key}={'/'.join(own)} (published: {allowed_in_words(way[key])})" for key, own in found.items())


def _nothing_met(table: pd.DataFrame, published: Published) -> str:
    """Say what the published number that comes nearest would need."""
    ways = [way for entry in published.entries for way in entry.where]
    missing = [{key: own for key, own in way.items() if not meet(table, {key: own}).any()} for way in ways]
    nearest = min(range(len(ways)), key=lambda i: len(missing[i]))
    found = not_allowed(table, missing[nearest] or ways[nearest])
    needs = ", ".join(
        f"{key}={allowed_in_words(ways[nearest][key])} (not {', '.join(own)})" for key, own in found.items()
    )
    return f"paper:{published.name}: none of these cells can be held against it; that would need {needs}"


def _best(lines: pd.DataFrame) -> "pd.Series[bool]":
    """Mark the best line of each entry that has several: of those trained as published, if there are any."""
    ranked = lines[lines["mean"].notna()].assign(elsewhere=lines[PROTOCOL_DIFFERENCES] != "")
    ranked = ranked.sort_values(["elsewhere", "mean"], ascending=[True, False], kind="stable")
    first = ranked.drop_duplicates(ENTRY).index
    return lines.index.to_series().isin(first) & lines.duplicated(ENTRY, keep=False)
