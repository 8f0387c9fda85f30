"""Comparisons as they are shown: with published numbers, or of two sweeps."""

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from gls_sweep.results.compare import CELLS, PROTOCOL_DIFFERENCES, not_run
from gls_sweep.results.compare_sweeps import differing_keys, has_both, without_implied
from gls_sweep.results.differences import WITHIN
from gls_sweep.results.formats import Entry, Grid
from gls_sweep.results.groups import SWEEP, column_of
from gls_sweep.results.lost import MEANINGS, lost_in_words
from gls_sweep.results.numbers import percent, percent_with_error
from gls_sweep.results.published import Published
from gls_sweep.results.rows import POLICIES

ANSWERS = {True: "yes", False: "no"}
COMBINED = "combined, the root of variance/n of one + variance/n of the other"
PAIRED = "paired by seed"
ERROR = "error: the standard error of the difference, "
COVERAGE = f"within: the difference is at most {WITHIN} errors, which for 3 to 5 runs cover 82 to 92 %, not 95 %"
ACCURACIES = "test accuracy in %, mean ± std over n seeds"


def published_grid(lines: pd.DataFrame, published: Published, asked: str | None = None) -> Grid:
    """Lay out what `compare` gives.

    Parameters
    ----------
    lines, published
        What it gave, and what it compared with.
    asked
        The policy that it was asked for, if any.
    """
    title = f"{published.title}, published (paper:{published.name}) and ours"
    shown = _shown(lines, ("published", "ours"), published.decimals)
    return Grid(shown, title, [*_published_notes(lines, published, asked)], lines)


def sweeps_grid(lines: pd.DataFrame, table: pd.DataFrame) -> Grid:
    """Lay out what `compare_sweeps` gives of a table of two sweeps."""
    names = [str(name) for name in table[SWEEP].unique()]
    both = lines[has_both(lines)]
    shown = _shown(both, names, 1)
    shown.insert(list(shown).index("n"), f"n of {names[0]}", both["reference_n"].astype("int64"))
    shown = shown.rename(columns={"n": f"n of {names[1]}"})
    return Grid(shown, f"{names[0]} and {names[1]}", [*_sweeps_notes(lines, table, names)], lines)


def _shown(lines: pd.DataFrame, names: Sequence[str], decimals: int) -> pd.DataFrame:
    shown = lines[["noise", "row"]].join(_cells(lines))
    shown[names[0]] = _entries(lines, "reference", "reference_", decimals)
    shown[names[1]] = _entries(lines, "mean", "", decimals, column_of(lines, "best").eq(True))
    shown["n"] = lines["n"].astype("int64")
    shown["difference"] = [percent(own, decimals, "+") for own in lines["difference"]]
    shown["error"] = [percent(own, decimals) for own in lines["error"]]
    return shown.assign(within=lines["within"].map(ANSWERS).fillna(""))


def _cells(lines: pd.DataFrame) -> pd.DataFrame:
    """Give the column that tells the lines of one number apart, if any do; by its key where it is one."""
    texts = lines[CELLS].drop_duplicates()
    if (texts == "").all():
        return pd.DataFrame(index=lines.index)
    keys = texts.str.partition("=")[0].unique()
    if len(keys) > 1 or texts.str.contains(", ").any():
        return lines[[CELLS]]
    return pd.DataFrame({keys[0]: lines[CELLS].str.partition("=")[2]})


def _entries(
    lines: pd.DataFrame, mean: str, prefix: str, decimals: int, marked: "pd.Series[bool] | None" = None
) -> "pd.Series[Any]":
    """Put means and standard deviations into words, and what they leave out."""
    pairs = zip(lines[mean], lines[f"{prefix}std"], strict=True)
    numbers = [percent_with_error(own, std, decimals) for own, std in pairs]
    diverged, failed = (column_of(lines, prefix + name).fillna(0) for name in ("diverged", "failed"))
    marked = pd.Series(False, index=lines.index) if marked is None else marked
    shown = zip(numbers, map(lost_in_words, diverged, failed), marked, strict=True)
    return pd.Series([Entry(*own) for own in shown], index=lines.index)


def _published_notes(lines: pd.DataFrame, published: Published, asked: str | None) -> Iterator[str]:
    yield f"source: {published.source}"
    yield from (f"source of {row}: {source}" for row, source in _other_sources(lines, published).items())
    yield from published.notes
    yield f"{ACCURACIES}, ours; difference: ours - published, in points"
    policies = ", ".join(f"{policy}: {POLICIES.get(policy, '')}" for policy in map(str, lines["policy"].unique()))
    yield f"epoch of ours: {policies}"
    if unlike := {entry.policy for entry in published.entries} - {asked or entry.policy for entry in published.entries}:
        yield f"these are unlike things: the published numbers are those of policy {' and '.join(sorted(unlike))}"
    yield from _losses(lines)
    yield ERROR + COMBINED
    yield COVERAGE
    yield from _assumptions(lines)
    if lines["best"].any():
        so_published = ", as the published number is the better of both" if len(published.protocol) > 1 else ""
        yield f"marked: the best of several lines that are held against one number{so_published}"
    yield from _protocol_differences(lines)
    yield _verdict(lines, published)


def _losses(lines: pd.DataFrame) -> Iterator[str]:
    """Say what the words for cells without a result mean."""
    for status, meaning in MEANINGS.items():
        if lines.filter(regex=f"{status}$").gt(0).any(axis=None):
            yield meaning


def _assumptions(lines: pd.DataFrame) -> Iterator[str]:
    """Say what stands for what was not published."""
    if lines["reference_n"].isna().any():
        yield "the number of published runs is not known and counted as 1: the error is large, so `yes` comes easily"
    if lines["reference_std"].isna().any():
        yield "where there is no published ±, the std of ours stands for both"
    if (lines["std"].isna() & lines["reference_std"].notna() & (lines["n"] > 0)).any():
        yield "where ours is a single run, the published ± stands for both"


def _other_sources(lines: pd.DataFrame, published: Published) -> dict[str, str]:
    rows = set(lines["row"])
    sources = {entry.row: entry.source for entry in published.entries if entry.row in rows}
    return {row: source for row, source in sources.items() if source != published.source}


def _protocol_differences(lines: pd.DataFrame) -> Iterator[str]:
    """Say once for all lines, or for those of each kind of cells, how they were trained otherwise."""
    told = lines[[CELLS, PROTOCOL_DIFFERENCES]].drop_duplicates()
    for differences, own in told[told[PROTOCOL_DIFFERENCES] != ""].groupby(PROTOCOL_DIFFERENCES, sort=False):
        which = "" if set(own[CELLS]) == set(lines[CELLS]) else f" ({'; '.join(own[CELLS])})"
        yield f"trained otherwise than published{which}: {differences}"


def _verdict(lines: pd.DataFrame, published: Published) -> str:
    single = lines[lines["best"] | ~lines.duplicated(["noise", "row"], keep=False)]
    said = single["within"].dropna()
    missing = f"{not_run(lines, published)} of {len(published.entries)} published numbers not run"
    return f"{int(said.sum())} of {len(said)} within the combined error; {missing}"


def _sweeps_notes(lines: pd.DataFrame, table: pd.DataFrame, names: Sequence[str]) -> Iterator[str]:
    policy = str(lines["policy"].iat[0])
    yield f"{ACCURACIES}; difference: {names[1]} - {names[0]}, in points"
    yield f"epoch: {policy}: {POLICIES.get(policy, '')}"
    yield from _losses(lines)
    yield ERROR + _pairing(lines[has_both(lines)])
    yield COVERAGE
    for key, values in without_implied(differing_keys(table)).items():
        yield f"they differ in {key}: {values[0]} and {values[1]}"
    both = has_both(lines)
    only = [int((lines[n].notna() & ~both).sum()) for n in ("reference_n", "n")]
    yield from (f"{count} more lines of {name} alone" for count, name in zip(only, names, strict=True) if count)
    said = lines["within"].dropna()
    yield f"{int(said.sum())} of {len(said)} differences within the error"


def _pairing(lines: pd.DataFrame) -> str:
    """Say of which kind the errors of two sweeps are."""
    paired, known = int(lines["paired_error"].notna().sum()), int(lines["error"].notna().sum())
    if paired == known > 0:
        return PAIRED
    some = f"{PAIRED} in {paired} of {known} lines (the same seeds finished in both), else " if paired else ""
    return some + COMBINED
