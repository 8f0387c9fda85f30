"""Two sweeps side by side."""

from collections.abc import Sequence

import pandas as pd

from gls_sweep.errors import UserError
from gls_sweep.results.averaged import FOLD
from gls_sweep.results.compare import CELLS, ENTRY, in_words
from gls_sweep.results.differences import add_differences, summarise
from gls_sweep.results.groups import (
    AVERAGED,
    NOISE_RATE,
    RATE,
    SEEDS,
    SWEEP,
    column_of,
    loss_keys,
    show,
    telling_keys,
)
from gls_sweep.results.losses import NAME, loss_rows
from gls_sweep.results.pivot import require_policy
from gls_sweep.results.statistics import chosen_policy
from gls_sweep.results.table import config_columns

NOISE = ("noise.name", NOISE_RATE)
KEYS = [ENTRY, "noise", "row", CELLS]
RUN = "run"  # numbers the combinations of seeds and fold: results are paired by it
REFERENCE = {name: f"reference_{name}" for name in ("std", "n", "diverged", "failed")} | {"mean": "reference"}
SHOWN = 4  # values, in a message
SEVERAL = "gls-results table with both folders shows them under each other"
ROWS = (NAME, RATE, NOISE_RATE)  # what is told apart by lines, even where each sweep has one value of it


def compare_sweeps(table: pd.DataFrame, policy: str | None = None) -> pd.DataFrame:
    """Put the test accuracies of two sweeps side by side.

    Parameters
    ----------
    table
        Of two folders, as from `load_sweeps`. The first is the reference.
    policy
        Which epoch they are taken from, as in `pivot`; when None `val`, or `best` where a sweep held out no labels.

    Returns
    -------
    DataFrame
        A line for each noise and loss, and whatever else varies within a sweep, with the columns of `compare` and
        `reference_diverged`, `reference_failed`; but not `best` and `protocol_differences`. A line that only one sweep
        has lacks `n` or `reference_n`. What each sweep has one value of, but not the same (see `differing_keys`), does
        not keep lines apart: it is what is compared.

        `paired_error` is the standard error of the mean difference between runs of the same seeds and fold. It is the
        `error` where the same ones finished in both sweeps, at least two; elsewhere it is missing.

    Raises
    ------
    UserError
        If these are not two sweeps, one of them does not have the policy, or they have no line in common.
    """
    names = [str(name) for name in table[SWEEP].unique()] if SWEEP in table else []
    if len(names) != 2:
        raise UserError(f"compare: {len(names) or 1} sweeps; give two folders, or folders and paper:NAME")
    sweeps = [own for _, own in table.groupby(SWEEP)]
    policy = policy or ("best" if "best" in map(chosen_policy, sweeps) else "val")
    for own in sweeps:
        require_policy(own, policy)
    cells = _labelled(table, policy)
    lines = summarise(cells, [*KEYS, SWEEP])
    reference, other = (lines[lines[SWEEP] == name].drop(columns=SWEEP) for name in names)
    both = reference.rename(columns=REFERENCE).merge(other, on=KEYS, how="outer").sort_values(ENTRY)
    if not has_both(both).any():
        raise UserError(f"compare: {_apart(reference, other, names)}")
    both = add_differences(_add_paired_errors(both, cells, names))
    return both.drop(columns=ENTRY).assign(policy=policy).reset_index(drop=True)


def has_both(lines: pd.DataFrame) -> "pd.Series[bool]":
    """Tell for each line of `compare_sweeps` whether both sweeps have it."""
    return lines["n"].notna() & lines["reference_n"].notna()


def differing_keys(table: pd.DataFrame) -> dict[str, list[str]]:
    """Give the keys of which each sweep has one value, but not the same, with these values."""
    groups = [own for _, own in table.groupby(SWEEP, sort=False)]
    keys = [key for key in config_columns(table) if key not in {SWEEP, *AVERAGED, *ROWS}]
    single = [key for key in keys if all(own[key].nunique(dropna=False) == 1 for own in groups)]
    values = {key: [show(own[key].iat[0]) for own in groups] for key in single}
    return {key: own for key, own in values.items() if len(set(own)) > 1}


def without_implied(differing: dict[str, list[str]]) -> dict[str, list[str]]:
    """Leave out what follows from another name: all other keys of a schedule where its name differs."""
    sections = [key.removesuffix("name") for key in differing if key.endswith(".name")]
    implied = {key for key in differing for own in sections if key.startswith(own) and key != f"{own}name"}
    return {key: own for key, own in differing.items() if key not in implied}


def _add_paired_errors(lines: pd.DataFrame, cells: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Add `paired_error` to lines whose runs finished with the same seeds and folds in both sweeps."""
    runs = cells[cells["status"] == "finished"].groupby([*KEYS, RUN, SWEEP])["value"].mean().unstack(SWEEP)
    differences = runs.reindex(columns=list(names)).diff(axis=1)[names[1]]
    found = differences.groupby(KEYS).agg(paired_error="sem", pairs="count")
    added = lines.join(found, on=KEYS)
    same = (added["n"] == added["pairs"]) & (added["reference_n"] == added["pairs"])
    return added.assign(paired_error=added["paired_error"].where(same)).drop(columns="pairs")


def _apart(reference: pd.DataFrame, other: pd.DataFrame, names: Sequence[str]) -> str:
    """Say what keeps the lines of two sweeps apart."""
    for key, what in (("noise", "noise"), ("row", "loss"), (CELLS, "configuration")):
        if not reference[key].isin(other[key]).any():
            had = [f"{name} has {_values(lines, key)}" for name, lines in zip(names, (reference, other), strict=True)]
            return f"{' and '.join(names)} have no {what} in common: {', '.join(had)}; {SEVERAL}"
    return f"{' and '.join(names)} have no noise and loss in common that come together; {SEVERAL}"


def _values(lines: pd.DataFrame, key: str) -> str:
    """List what the lines have, in their order; many cut short."""
    values = lines.sort_values(ENTRY)[key].unique()
    return ", ".join(values[:SHOWN]) + (f" and {len(values) - SHOWN} more" if len(values) > SHOWN else "")


def _labelled(table: pd.DataFrame, policy: str) -> pd.DataFrame:
    """Give the cells the labels of their line, by what both sweeps may have in common."""
    cells = table.drop(columns=[*differing_keys(table)]).copy()  # in one piece, which pandas warns of otherwise
    noises = [key for key in NOISE if key in cells]
    rows = loss_rows(cells)
    cells[ENTRY] = cells.groupby([*(cells[key] for key in noises), rows], dropna=False, observed=True).ngroup()
    keys = telling_keys(cells, {*loss_keys(cells), *AVERAGED, SWEEP}, [ENTRY])[1:]
    labels = {
        ENTRY: cells[ENTRY],
        "noise": _noise(cells, noises),
        "row": rows.astype("str"),
        CELLS: in_words(cells, keys),
        RUN: cells.groupby([column_of(cells, key) for key in (*SEEDS, FOLD)], dropna=False).ngroup(),
    }
    value = column_of(table, f"{policy}.test_accuracy")
    return pd.DataFrame({**labels, SWEEP: table[SWEEP], "status": table["status"], "value": value})


def _noise(cells: pd.DataFrame, keys: Sequence[str]) -> "pd.Series[str]":
    """Write the noise of each cell, `symmetric 0.2`; one that has no rate by its name."""
    words = [cells[key].map(show).where(cells[key].notna(), "").astype("str") for key in keys]
    return pd.Series([" ".join(filter(None, own)) for own in zip(*words, strict=True)], cells.index)
