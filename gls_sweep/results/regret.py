"""The regret of `auto`: what one cell with an estimated smooth rate loses against the best of a sweep."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from gls_sweep.results.groups import is_auto
from gls_sweep.results.swept import Swept, at_chosen, best_rate, mean_and_error, sweeps


def regret(table: pd.DataFrame, policies: Sequence[str] = ("best", "val", "last")) -> pd.DataFrame:
    """Subtract the test accuracy of `loss.smooth_rate=auto` from that of the best swept smooth rate.

    The best rate is the one with the best mean test accuracy over seeds under the policy. Chosen among many rates by
    the very accuracies it is judged by, it looks better than it is, and `regret` is overstated. `held_out_regret` is
    not: there each seed is compared at the rate that is best for the mean of the other seeds.

    Parameters
    ----------
    table
        As from `load_table`. Each data set, noise model, noise rate and whatever else varies is by itself; it is left
        out where there is no `auto`, or fewer than two smooth rates were swept, or nothing finished.
    policies
        Which epoch both are taken from; one that the cells do not have is left out.

    Returns
    -------
    DataFrame
        One row for each of these, each `estimator` (as in `loss.estimator`; missing for the framework's choice) and
        each `policy`, with their keys and

        - `best_rate`, and `auto_rate`, the mean of the estimated rates.
        - `best`, `auto`: mean test accuracies, fractions.
        - `regret`, `standard_error`: mean over seeds of the difference, of the same seed each, as fractions; its
          standard error, NaN for one seed.
        - `held_out_regret`, `held_out_error`: the same with the rate chosen by the other seeds; NaN for one seed.
          Seeds whose cell at that rate diverged do not count.
        - `n`: number of seeds that have both.
        - `lost`: number of seeds that have the best rate alone: their `auto` diverged, failed or is not there.
    """
    rows = (
        row
        for swept in (sweeps(table) if is_auto(table).any() else ())
        for estimator in swept.auto
        for policy in policies
        for row in _rows(swept, estimator, policy)
    )
    return pd.DataFrame(rows)


def mean_regret(regrets: pd.DataFrame) -> pd.DataFrame:
    """Average the regrets of all noises (and whatever else varies), each counting the same.

    Parameters
    ----------
    regrets
        Rows of `regret`.

    Returns
    -------
    DataFrame
        By `estimator` and `policy`: `regret`, `standard_error`, `held_out_regret`, `held_out_error`, the errors as if
        those of the rows were independent; `noises`, the number of rows averaged.
    """
    groups = regrets.groupby(["estimator", "policy"], dropna=False, sort=False)
    means = groups[["regret", "held_out_regret"]].mean()
    errors = groups[["standard_error", "held_out_error"]].agg(_error_of_mean)
    columns = ["regret", "standard_error", "held_out_regret", "held_out_error"]
    return means.join(errors)[columns].assign(noises=groups.size()).reset_index()


def _error_of_mean(errors: "pd.Series[float]") -> float:
    return float(np.linalg.norm(errors)) / len(errors)


def _rows(swept: Swept, estimator: str | None, policy: str) -> Iterator[dict[str, object]]:
    values, auto = swept.at(policy), swept.auto_at(estimator, policy)
    rate = best_rate(values)
    if rate is None:
        return
    best = values[rate].dropna()
    both = best.index.intersection(auto.dropna().index)
    if not len(both):
        return
    mean, error = mean_and_error(best[both] - auto[both])
    held_out, held_out_error = mean_and_error(_held_out(values).reindex(both) - auto[both])
    row = {"estimator": estimator, "policy": policy, "best_rate": rate, "auto_rate": _auto_rate(swept, estimator)}
    row |= {"best": float(best[both].mean()), "auto": float(auto[both].mean())}
    row |= {"regret": mean, "standard_error": error}
    row |= {"held_out_regret": held_out, "held_out_error": held_out_error}
    yield swept.keys | row | {"n": len(both), "lost": len(best) - len(both)}


def _held_out(values: pd.DataFrame) -> "pd.Series[float]":
    """Give what each seed reached at the rate that is best for the mean of the others."""
    counts = values.count() - values.notna().astype("int64")
    means = ((values.sum() - values.fillna(0)) / counts).round(12)  # equal ones stay equal
    return at_chosen(values, means.where(counts.eq(counts.max(axis=1), axis=0) & (counts > 0)))


def _auto_rate(swept: Swept, estimator: str | None) -> float:
    cells = swept.auto[estimator]
    return float(cells["estimate.smooth_rate"].mean()) if "estimate.smooth_rate" in cells else float("nan")
