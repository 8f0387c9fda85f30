"""Tests between losses or smooth rates on the same seeds."""

import math

import numpy as np
import numpy.typing as npt
import pandas as pd

from gls_sweep.results.metrics import ACCURACY
from gls_sweep.results.statistics.samples import Sample, samples


def paired_tests(table: pd.DataFrame, policy: str, metric: str = ACCURACY) -> pd.DataFrame:
    """Test each smooth rate against r = 0, or each loss against cross entropy, seed by seed.

    The test is Student's paired t-test, two-sided: cells of one seed share initial weights, batch order and noisy
    labels, so their difference varies less than either. It takes the differences as normal. Wilcoxon's signed-rank
    test does not, but with five seeds its p cannot fall below 2/2^5 = 0.0625, whatever the data.

    Parameters
    ----------
    table
        As from `load_table`.
    policy, metric
        As in `pivot`.

    Returns
    -------
    DataFrame
        One row for each group, noise rate and row of the pivot but the reference: `group`, `noise.rate`, `noise`,
        `policy`, `row`, `reference`, `unit`; `n`, the number of seeds both have; `difference`, the mean over them of
        the row less the reference, and its `standard_error`, in the metric's own unit; `p`; `p_holm`, adjusted over the
        rows of one noise rate (Holm, 1979): with 0.05 as the limit, the chance to call any equal one different is 5 %
        at each noise rate, and more over several of them.
        No rows where there is no reference. NaN in `p` for fewer than two seeds.

    Raises
    ------
    UserError
        If the table has no such policy or metric.
    """
    return pd.DataFrame([row for sample in samples(table, policy, metric) for row in tests_of(sample)])


def tests_of(sample: Sample) -> list[dict[str, object]]:
    """Give the rows of `paired_tests` for one sample."""
    if sample.reference is None:
        return []
    differences = sample.values.drop(columns=sample.reference).sub(sample.values[sample.reference], axis=0)
    found = [differences[name].dropna().to_numpy("float64") for name in differences]
    p_values = np.array([paired_p(own) for own in found])
    keys = sample.keys | {"reference": sample.reference, "unit": sample.unit}
    columns = zip(map(str, differences), found, p_values, holm(p_values), strict=True)
    return [keys | {"row": name} | _summary(own) | {"p": p, "p_holm": adjusted} for name, own, p, adjusted in columns]


def paired_p(differences: npt.NDArray[np.float64]) -> float:
    """Give the p-value of a paired t-test of no difference; NaN for fewer than two.

    Where all differences are equal to the last digit the t-test has no variance to go by. Then p is the sign test's,
    2/2^n, and 1 where they are zero.
    """
    from scipy.stats import binomtest, ttest_1samp

    if len(differences) < 2:
        return float("nan")
    if np.ptp(differences) <= 1e-12:
        same = abs(float(differences[0])) <= 1e-12
        return 1.0 if same else float(binomtest(len(differences), len(differences)).pvalue)
    return float(ttest_1samp(differences, 0.0).pvalue)


def holm(p_values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Adjust p-values for being several (Holm, 1979); NaN stay NaN and do not count.

    scipy has no Holm; these lines take the place of statsmodels, which would be a dependency for them alone.
    """
    tested = np.flatnonzero(~np.isnan(p_values))
    order = tested[np.argsort(p_values[tested])]
    adjusted = np.full(len(p_values), np.nan)
    adjusted[order] = np.minimum(np.maximum.accumulate(p_values[order] * np.arange(len(order), 0, -1)), 1)
    return adjusted


def standard_error(values: npt.NDArray[np.float64]) -> float:
    """Give the standard error of a mean; NaN for fewer than two."""
    return float(values.std(ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else float("nan")


def _summary(differences: npt.NDArray[np.float64]) -> dict[str, float]:
    n = len(differences)
    mean = float(differences.mean()) if n else float("nan")
    return {"n": n, "difference": mean, "standard_error": standard_error(differences)}
