"""The oracle gap: what it costs to choose smooth rate and epoch without the test set."""

from collections.abc import Iterator

import pandas as pd

from gls_sweep.results.swept import Swept, at_chosen, best_rate, mean_and_error, sweeps


def oracle_gap(table: pd.DataFrame) -> pd.DataFrame:
    """Compare ways to choose smooth rate and epoch with the oracle, which looks at the test labels for both.

    The oracle is the smooth rate with the best mean test accuracy over seeds at the epoch `best`. It is the best of
    many means, so what is lost against it is a little overstated. Cells of other losses do not count.

    Parameters
    ----------
    table
        As from `load_table`. Each data set, noise model, noise rate and whatever else varies is by itself; it is left
        out where fewer than two smooth rates were swept or nothing finished.

    Returns
    -------
    DataFrame
        One row for each of these and each choice that its cells allow, with their keys and

        - `rate`: how the smooth rate is chosen: `oracle`; `val`, for each seed that of its finished cells with the best
          accuracy on held-out noisy labels (of equal ones the nearest to 0); `0`; `auto`, estimated, with the estimator
          in brackets where one was named.
        - `epoch`: how the epoch is chosen: `best`, `val` or `last`.
        - `oracle_rate`: the oracle's smooth rate.
        - `accuracy`: mean test accuracy over seeds, a fraction.
        - `gap`, `standard_error`: mean over seeds of oracle minus choice, of the same seed each, as fractions; its
          standard error, NaN for one seed.
        - `n`: number of seeds that have both.
        - `lost`: number of seeds that have the oracle alone: what was to be chosen diverged, failed or is not there.
    """
    return pd.DataFrame([row for swept in sweeps(table) for row in _rows(swept)])


def _rows(swept: Swept) -> Iterator[dict[str, object]]:
    best = swept.at("best")
    rate = best_rate(best)
    if rate is None:
        return
    oracle = best[rate].dropna()
    for (chosen, epoch), values in _choices(swept, rate).items():
        gaps = (oracle - values.reindex(oracle.index)).dropna()
        if len(gaps):
            gap, error = mean_and_error(gaps)
            row = {"rate": chosen, "epoch": epoch, "oracle_rate": rate, "accuracy": float(values[gaps.index].mean())}
            row |= {"gap": gap, "standard_error": error, "n": len(gaps), "lost": len(oracle) - len(gaps)}
            yield swept.keys | row


def _choices(swept: Swept, oracle: float) -> "dict[tuple[str, str], pd.Series[float]]":
    """Give the test accuracies by seed of each choice of rate and epoch."""
    best, val, last = (swept.at(policy) for policy in ("best", "val", "last"))
    by_validation = at_chosen(val, swept.at("val", "val_accuracy"))
    choices = {("oracle", "best"): best[oracle], ("val", "val"): by_validation, ("oracle", "val"): val[oracle]}
    choices |= {("0", "val"): val[0.0]} if 0.0 in val else {}
    choices |= {("oracle", "last"): last[oracle]}
    for estimator in swept.auto:
        name = f"auto ({estimator})" if estimator else "auto"
        choices |= {(name, epoch): swept.auto_at(estimator, epoch) for epoch in ("val", "last")}
    return choices
