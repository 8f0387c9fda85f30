"""The GLS paper's own test: non-negative against negative smooth rates."""

import numpy as np
import pandas as pd

from gls_sweep.results.metrics import ACCURACY
from gls_sweep.results.statistics.samples import Sample, samples

NON_NEGATIVE = (0.8, 0.6, 0.4, 0.2, 0.0)
NEGATIVE = (-0.4, -0.6, -1.0, -2.0, -4.0)


def paper_test(table: pd.DataFrame, policy: str, metric: str = ACCURACY) -> pd.DataFrame:
    """Compare five non-negative with five negative smooth rates by a two-sample t-test (Wei et al., ICML 2022).

    As the paper does for its UCI data sets, the sample is of smooth rates: the mean over seeds at each of them is one
    value. So this asks whether negative rates *as chosen here* do better on the whole. It says nothing of any one rate,
    and is no test over seeds; for those see `paired_tests`.

    The rates are `NON_NEGATIVE` and `NEGATIVE`; those that were not swept are left out. The negative ones are those of
    the paper's Table 1 nearest to zero: it has six, and the test takes five, which ones is not said.

    Parameters
    ----------
    table
        As from `load_table`.
    policy, metric
        As in `pivot`; the paper's accuracies are of policy `best`.

    Returns
    -------
    DataFrame
        One row for each group and noise rate that has two rates or more on either side: `group`, `noise.rate`, `noise`,
        `policy`; `non_negative`, `negative`, the means; `difference`, negative less non-negative; `t`; `p`,
        two-sided, with equal variances; `n_non_negative`, `n_negative`, the numbers of rates.

    Raises
    ------
    UserError
        If the table has no such policy or metric.
    """
    rows = (_row(sample) for sample in samples(table, policy, metric))
    return pd.DataFrame([row for row in rows if row is not None])


def _row(sample: Sample) -> dict[str, object] | None:
    from scipy.stats import ttest_ind

    means = sample.values.mean()
    high, low = (
        means[sample.rates.reindex(means.index).isin(rates)].dropna().to_numpy("float64")
        for rates in (NON_NEGATIVE, NEGATIVE)
    )
    if len(high) < 2 or len(low) < 2:
        return None
    flat = np.ptp(high) == 0 and np.ptp(low) == 0  # without any variance there is no t
    t, p = (np.nan, np.nan) if flat else ttest_ind(low, high)
    found = {"non_negative": high.mean(), "negative": low.mean(), "difference": low.mean() - high.mean()}
    return sample.keys | found | {"t": float(t), "p": float(p), "n_non_negative": len(high), "n_negative": len(low)}
