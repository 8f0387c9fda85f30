"""Plain sentences: which smooth rate or loss is best for each noise, and whether the data can tell."""

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from gls_sweep.errors import UserError
from gls_sweep.results.metrics import ACCURACY, direction, scale
from gls_sweep.results.statistics.intervals import FEWEST, mean_interval
from gls_sweep.results.statistics.paired import paired_p, standard_error, tests_of
from gls_sweep.results.statistics.samples import Sample, samples
from gls_sweep.results.statistics.words import counted, number, p_value, unit

LEVEL = 0.05


def sentences(table: pd.DataFrame, policy: str | None = None, metric: str = ACCURACY) -> list[str]:
    """Say for each group and noise rate what is best, and whether the data can tell it from r = 0.

    The best is the one with the best mean, among those of which the most seeds finished; of equal ones the smooth rate
    nearest to 0. It is chosen by the seeds that it is then judged by, so its mean, and its lead over r = 0, look better
    than on new seeds. The p-value does not suffer: it is adjusted for all the comparisons that the best is chosen from.

    Parameters
    ----------
    table
        As from `load_table`.
    policy
        As in `pivot`; for each group that of `chosen_policy` when None.
    metric
        As in `pivot`; one of which more, or less, is better.

    Returns
    -------
    list of str
        Such as "noise 0.4, val: r = -1 is best (86.3 %, 95 % interval 84.9 to 87.8, 5 seeds); it is better than r = 0
        by 15.0 points (p = .002 after Holm's correction over 13 comparisons)". What belongs below them says `caveats`.

    Raises
    ------
    UserError
        If the table has no such policy or metric, or neither more nor less of it is better.
    """
    if direction(metric) == 0:
        raise UserError(f"metric={metric}: neither more nor less of it is better, so nothing is best")
    return [sentence(sample, metric) for sample in samples(table, policy, metric)]


def sentence(sample: Sample, metric: str = ACCURACY) -> str:
    """Say what is best in one sample, as `sentences` does."""
    start = ", ".join(filter(None, (sample.keys["group"], f"noise {sample.keys['noise']}", sample.keys["policy"])))
    best = best_of(sample, metric)
    if best is None:
        return f"{start}: nothing finished"
    told = f"{start}: {sample.names[best]}"
    if not has_choice(sample):
        return f"{told} alone reached {_level(sample.values[best], sample, metric)}"
    level, verdict = _level(sample.values[best], sample, metric), _verdict(sample, best, metric)
    return f"{told} is best ({level}); {verdict}{_ce_alone(sample, best, metric)}"


def has_choice(sample: Sample) -> bool:
    """Tell whether there is anything to choose from: several losses or smooth rates, one of which finished."""
    return sample.values.shape[1] > 1 and bool(sample.values.notna().to_numpy().any())


def best_of(sample: Sample, metric: str = ACCURACY) -> str | None:
    """Give the column with the best mean; None without any value."""
    counts = sample.values.count()
    whole = sample.values.loc[:, (counts > 0) & (counts == counts.max())]
    ranked = pd.DataFrame({"mean": (direction(metric) * whole.mean()).round(12), "distance": sample.rates.abs()})
    ranked = ranked.dropna(subset="mean").reindex(whole.columns)  # the pivot's order, where all else is equal
    return (
        None
        if ranked.empty
        else str(ranked.sort_values(["mean", "distance"], ascending=[False, True], kind="stable").index[0])
    )


def _level(values: "pd.Series[float]", sample: Sample, metric: str) -> str:
    """Give mean, interval and number of seeds."""
    found = np.asarray(values.dropna(), dtype=np.float64)
    low, high = mean_interval(found)
    interval = f", 95 % interval {number(low, metric)} to {number(high, metric)}" if len(found) >= FEWEST else ""
    mean = f"{number(float(found.mean()), metric)}{unit(metric, ' %')}"
    return f"{mean}{interval}, {counted(len(found), sample.unit)}"


def _verdict(sample: Sample, best: str, metric: str) -> str:
    """Say whether the data can tell the best from the reference, or where it is that, from the others."""
    if sample.reference is None:
        return "there is neither r = 0 nor CE to compare it with"
    tests = pd.DataFrame(tests_of(sample)).set_index("row")
    tests["lead"] = (direction(metric) * tests["difference"]).round(12)
    if best == sample.reference:
        return _reference_is_best(sample, tests)
    return _against_reference(sample, best, tests.loc[best].to_dict(), int(tests["p"].notna().sum()), metric)


def _reference_is_best(sample: Sample, tests: pd.DataFrame) -> str:
    """Count what is worse; what lost seeds may yet be better on those that it kept."""
    told = tests["p_holm"] < LEVEL
    worse, better = int((told & (tests["lead"] < 0)).sum()), tests.index[told & (tests["lead"] > 0)]
    kept = [f"; {sample.names[row]} is better on the {_both(sample, tests.loc[row, 'n'])}" for row in better]
    return f"the data can tell it from {worse or 'none'} of the {len(tests)} others{''.join(kept)}"


def _against_reference(sample: Sample, best: str, test: Mapping[Hashable, Any], comparisons: int, metric: str) -> str:
    assert sample.reference is not None
    reference, n = sample.names[sample.reference], int(test["n"])
    if n == 0:
        return f"{reference} did not finish with the same {sample.unit}s"
    kept = f" on the {_both(sample, n)}" if n < sample.values[best].count() else ""
    lead, points = number(abs(test["lead"]), metric), unit(metric)
    if n == 1:
        ahead = f"; {reference} is ahead" if test["lead"] < 0 else ""
        return f"one {sample.unit} cannot tell it from {reference} (difference {lead}{points}{ahead})"
    p = p_value(test["p_holm"]) + _corrected(comparisons)
    if test["p_holm"] < LEVEL and test["lead"] < 0:  # the mean of the best is over more seeds
        return f"but{kept} {reference} is better by {lead}{points} ({p})"
    if test["p_holm"] < LEVEL:
        return f"it is better than {reference}{kept} by {lead}{points} ({p})"
    error = number(test["standard_error"], metric)
    ahead = f" with {reference} ahead" if test["lead"] < 0 else ""
    return f"the data cannot tell it from {reference}{kept} (difference {lead} ± {error}{points}{ahead}, {p})"


def _ce_alone(sample: Sample, best: str, metric: str) -> str:
    """Say so where CE stopped early beats all that there is: then no smooth rate of this schedule is worth it."""
    both = pd.DataFrame({"ce": sample.ce_alone, "best": sample.values[best]}).dropna()
    leads = direction(metric) * (both["ce"] - both["best"]).to_numpy("float64")
    factor, digits = scale(metric)
    if best == sample.reference == "ce" or not len(leads) or round(factor * leads.mean(), digits) <= 0:
        return ""
    start = f"; but CE alone at its val epoch of the whole run reached {_level(both['ce'], sample, metric)}"
    kept = f" on the {_both(sample, len(leads))}" if len(leads) < sample.values[best].count() else ""
    lead, points, p = number(leads.mean(), metric), unit(metric), paired_p(leads)
    if len(leads) == 1:
        return f"{start}: {lead}{points} better{kept}"
    if p < LEVEL:
        return f"{start}: better{kept} by {lead}{points} ({p_value(p)})"
    error = number(standard_error(leads), metric)
    return f"{start}: the data cannot tell it from that{kept} (difference {lead} ± {error}{points}, {p_value(p)})"


def _both(sample: Sample, n: int) -> str:
    return f"{counted(n, sample.unit)} both have"


def _corrected(comparisons: int) -> str:
    return f" after Holm's correction over {comparisons} comparisons" if comparisons > 1 else ""
