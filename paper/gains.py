"""What positive, negative and estimated smooth rates gain over cross entropy, by who chooses the rate and the epoch."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from gls_sweep.results.statistics.paired import holm, paired_p
from gls_sweep.results.swept import Swept, at_chosen, best_rate, mean_and_error, sweeps

Reached: TypeAlias = "pd.Series[float]"
"""Test accuracies by seed."""

CE, EARLY, PLS, NLS = "CE", "CE†", "PLS", "NLS"
AUTO, BEST_RATE, ORACLE = "auto", "best r", "oracle"
COMPARED = ((PLS, CE), (NLS, CE), (AUTO, CE), (EARLY, CE), (ORACLE, CE), (NLS, EARLY), (BEST_RATE, AUTO))
"""What is compared with what."""
NAMED = ["schedule.name", "noise.labels"]
"""What tells a reader which cells a row is of, whether or not it tells them from others."""

TOLD = ["way", "row", "reference"]


class Way(NamedTuple):
    """The epoch that is taken, and the metric by which each seed chooses its rate; None: the mean test accuracy."""

    epoch: str
    score: str | None


WAYS = {"best": Way("best", None), "val": Way("val", "val_accuracy"), "last": Way("last", "val_accuracy")}
"""`best` is the paper's way, the test labels choose both; in the others held-out noisy labels choose the rate."""


def all_gains(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Give the `gains` of several sweeps, named in the column `sweep`.

    The column `p_holm` is `p` adjusted (Holm, 1979) over all sweeps and noises of one way and pair.
    """
    found = [own.assign(sweep=name) for name, table in tables.items() if len(own := gains(table))]
    rows = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=["sweep", *TOLD, "p"])
    adjusted = rows.groupby(TOLD)["p"].transform(lambda own: holm(own.to_numpy("float64")))
    return rows.assign(p_holm=adjusted)


def gains(table: pd.DataFrame) -> pd.DataFrame:
    """Compare chosen smooth rates with cross entropy on the same seeds.

    Parameters
    ----------
    table
        As from `load_table`.

    Returns
    -------
    DataFrame
        One row for each noise (and data set, and whatever else varies), each of `WAYS` that its cells allow, and each
        pair of `COMPARED`: PLS, the best positive rate; NLS, the best negative one; `auto`, the estimated one;
        `best r`, best of all for the mean test accuracy; `oracle`, its epoch chosen on the test labels as well; CE,
        r = 0; CE†, the same with its epoch chosen from the whole run, warm-up included. With the keys of
        `gls_sweep.results.swept.sweeps`, those of `NAMED`, and

        - `way`, `row`, `reference`; `accuracy`, `reference_accuracy`: means, fractions; `n`: seeds that have both.
        - `difference`: mean over seeds of the row minus the reference; `half`: half of its 95 % interval by Student's
          t, NaN for one seed. It takes the differences as normal, as the test does.
        - `p`: of a paired t-test of no difference.
    """
    return pd.DataFrame([row for swept in sweeps(table) for way in WAYS for row in _rows(swept, way)])


def half_interval(error: float, n: int) -> float:
    """Give half of the 95 % interval of a mean of n values from its standard error, by Student's t; NaN for one."""
    from scipy.stats import t

    return float(t.ppf(0.975, max(n - 1, 1))) * error


def _rows(swept: Swept, way: str) -> Iterator[dict[str, object]]:
    found = reached(swept, WAYS[way])
    alike = {key: swept.cells[key].iat[0] for key in NAMED if key in swept.cells}
    for row, reference in COMPARED:
        if {row, reference} <= found.keys():
            both = pd.DataFrame({"row": found[row], "reference": found[reference]}).dropna()
            if len(both):
                compared = {"way": way, "row": row, "reference": reference}
                yield swept.keys | alike | compared | _numbers(both)


def _numbers(both: pd.DataFrame) -> dict[str, float]:
    differences = both["row"] - both["reference"]
    mean, error = mean_and_error(differences)
    means = {"accuracy": both["row"].mean(), "reference_accuracy": both["reference"].mean()}
    p = paired_p(np.asarray(differences, dtype=np.float64))
    return means | {"n": len(both), "difference": mean, "half": half_interval(error, len(both)), "p": p}


def reached(swept: Swept, way: Way) -> Mapping[str, Reached]:
    """Give the test accuracies of CE and of each choice; none where the cells lack r = 0 or what the way needs."""
    values, best = swept.at(way.epoch), swept.at("best")
    scores = swept.at(way.epoch, way.score) if way.score else None
    if 0.0 not in values or not (values if scores is None else scores).notna().any(axis=None):
        return {}
    found = {CE: values[0.0], EARLY: swept.at(f"whole_run.{way.epoch}")[0.0]}
    found |= {BEST_RATE: _chosen(values, None), ORACLE: _chosen(best, None)}
    rates = values.columns.to_numpy(dtype=np.float64)
    for name, own in {PLS: rates > 0, NLS: rates < 0}.items():
        found[name] = _chosen(values.loc[:, own], None if scores is None else scores.loc[:, own])
    for estimator in list(swept.auto)[:1]:  # the presets name none, so there is one at most
        found[AUTO] = swept.auto_at(estimator, way.epoch)
    return found


def _chosen(values: pd.DataFrame, scores: pd.DataFrame | None) -> Reached:
    """Give what each seed reached at its own choice, or without scores at the rate with the best mean."""
    if scores is not None:
        return at_chosen(values, scores)
    rate = best_rate(values)
    return pd.Series(dtype="float64") if rate is None else values[rate]
