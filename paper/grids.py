"""The generated tables of results/paper, as grids."""

from collections.abc import Mapping

import pandas as pd

from gls_sweep.results import regret
from gls_sweep.results.escape import signed
from gls_sweep.results.formats import Entry, Grid
from gls_sweep.results.groups import NOISE_RATE, column_of, show
from gls_sweep.results.numbers import percent
from paper.gains import AUTO, BEST_RATE, CE, COMPARED, EARLY, NAMED, NLS, PLS, half_interval

LEVEL = 0.05
KEYS = ["sweep", "schedule", "noise"]
CLEAN = "symmetric 0"
CHOSEN_BY = (
    "best: rate and epoch are chosen on the test labels, as in the paper; val: both on held-out noisy labels; "
    "last: the last epoch, the rate on held-out noisy labels",
    "CE†: CE alone, its epoch chosen from the whole run, warm-up included; with direct training the same as CE; "
    "best r: the swept rate with the best mean test accuracy, which no one can choose",
)
TALLY = (
    "points of test accuracy, the mean over all noise rates above 0, or all human labels; in brackets at how many of "
    "these it is certainly better, at how many certainly worse, and how many they are"
)
TESTED = f"certainly: p below {LEVEL} in a paired t-test over seeds, after Holm's correction over the column"
ASKED = (
    (NLS, CE, "best"),
    (NLS, CE, "val"),
    (NLS, CE, "last"),
    (PLS, CE, "val"),
    (NLS, EARLY, "val"),
    (BEST_RATE, AUTO, "val"),
)
"""The questions: what is compared with what, and who chooses."""
DIFFERENCES = (
    "CE in %, differences in points: mean over seeds ± half of its 95 % interval by Student's t, paired by seed"
)
BOLD = f"bold: p below {LEVEL} after Holm's correction over the column; oracle and best r look at test labels"
REGRET = (
    "the best swept rate minus auto, in points of test accuracy: mean over seeds ± half of its 95 % interval, paired"
)
BY_OTHERS = (
    "regret: at the rate best for these seeds, which overstates it; by others: for each at the best of the others"
)


def run_grid(tables: Mapping[str, pd.DataFrame]) -> Grid:
    """Say what was run: cells, seeds, and on what."""
    rows = [
        {"sweep": name, "schedule": schedule, "seeds": cells["seed"].nunique(), "cells": len(cells)}
        | {status: int((cells["status"] == status).sum()) for status in ("finished", "diverged", "failed")}
        | {"device": _values(cells, "execution.device"), "torch": _values(cells, "versions.torch")}
        for name, table in tables.items()
        for schedule, cells in table.groupby(NAMED[0])
    ]
    return Grid(pd.DataFrame(rows))


def answer_grid(found: pd.DataFrame) -> Grid:
    """Say for each sweep and schedule what is gained over CE under noise, and at how many noises that is certain."""
    noisy = found[found["noise"] != CLEAN]
    rows = [
        dict(zip(KEYS[:2], keys, strict=True))
        | {f"{in_words(row, reference)}, {way}": _tally(_of(own, way, row, reference)) for row, reference, way in ASKED}
        for keys, own in noisy.groupby(KEYS[:2])
    ]
    return Grid(pd.DataFrame(rows), notes=[TALLY, TESTED, *CHOSEN_BY])


def gain_grid(found: pd.DataFrame, way: str = "val") -> Grid:
    """Lay out what each choice gains over CE at each noise, under one of `WAYS`."""
    rows = []
    for keys, own in found[found["way"] == way].groupby(KEYS, sort=False):
        entries = {in_words(*pair): _gain(_of(own, way, *pair)) for pair in COMPARED if AUTO not in pair[1:]}
        level = percent(own.loc[own["reference"] == CE, "reference_accuracy"].iat[0])
        rows.append(dict(zip(KEYS, keys, strict=True)) | {CE: level} | entries)
    return Grid(pd.DataFrame(rows), notes=[DIFFERENCES, BOLD])


def auto_grid(tables: Mapping[str, pd.DataFrame], policy: str = "val") -> Grid:
    """Lay out how far the estimated rate is from the best of those swept."""
    rows = []
    for name, table in tables.items():
        regrets = regret(table, [policy])
        for line in with_words(_named(regrets, table), name).to_dict("records") if len(regrets) else ():
            rates = {"auto's r": f"{line['auto_rate']:.2f}", "best r": f"{line['best_rate']:g}"}
            lost = {"regret": _interval(line["regret"], half_interval(line["standard_error"], line["n"]))}
            by_others = half_interval(line["held_out_error"], line["n"])
            lost |= {"by others": _interval(line["held_out_regret"], by_others)}
            rows.append({key: line[key] for key in KEYS} | rates | lost)
    return Grid(pd.DataFrame(rows).map(_signed), notes=[f"policy {policy}; {REGRET}", BY_OTHERS])


def with_words(found: pd.DataFrame, sweep: str | None = None) -> pd.DataFrame:
    """Add the columns `KEYS` to rows with the keys of `gls_sweep.results.swept.sweeps`, and sort by the first two."""
    columns = ("noise.name", NOISE_RATE, "noise.labels")
    parts = zip(*(column_of(found, name) for name in columns), strict=True)
    noise = [" ".join(show(part) for part in own if pd.notna(part)) for own in parts]
    named = found if sweep is None else found.assign(sweep=sweep)
    named = named.assign(schedule=column_of(found, NAMED[0]), noise=noise)
    return named.sort_values(KEYS[:2], kind="stable", ignore_index=True)


def _named(found: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Add what all cells of a table have in common of `NAMED`, which is no key of theirs."""
    alike = [key for key in NAMED if key in table and key not in found and table[key].nunique(dropna=False) == 1]
    return found.assign(**{key: str(table[key].iat[0]) for key in alike})


def _tally(own: pd.DataFrame) -> str:
    if own.empty:
        return ""
    told, mean = own["p_holm"] < LEVEL, signed(percent(own["difference"].mean(), 1, "+"))
    return f"{mean} ({(told & (own['difference'] > 0)).sum()}/{(told & (own['difference'] < 0)).sum()}/{len(own)})"


def in_words(row: str, reference: str) -> str:
    """Name a difference."""
    return f"{row} \N{MINUS SIGN} {reference}"


def _of(found: pd.DataFrame, way: str, row: str, reference: str) -> pd.DataFrame:
    return found[(found["way"] == way) & (found["row"] == row) & (found["reference"] == reference)]


def _gain(own: pd.DataFrame) -> Entry:
    texts = [
        Entry(_interval(line["difference"], line["half"]), "", line["p_holm"] < LEVEL)
        for line in own.to_dict("records")
    ]
    return texts[0] if texts else Entry("")


def _interval(mean: float, half: float) -> str:
    return signed(f"{percent(mean, 1, '+')} ± {percent(half)}")


def _signed(value: object) -> object:
    return signed(value) if isinstance(value, str) else value


def _values(cells: pd.DataFrame, column: str) -> str:
    return ", ".join(sorted(column_of(cells, column).dropna().astype("str").unique()))
