"""What the sentences do not say."""

from collections.abc import Iterable, Sequence

import pandas as pd

from gls_sweep.results.averaged import labels_are_true, tell_policy
from gls_sweep.results.metrics import ACCURACY, in_words
from gls_sweep.results.statistics.intervals import COVERAGE, FEWEST
from gls_sweep.results.statistics.samples import Sample, samples


def caveats(table: pd.DataFrame, policy: str | None = None, metric: str = ACCURACY) -> list[str]:
    """Say what the sentences do not: of what they are, what their intervals are over, and what they cannot tell."""
    return caveats_of(list(samples(table, policy, metric)), table, metric)


def caveats_of(found: Sequence[Sample], table: pd.DataFrame, metric: str = ACCURACY) -> list[str]:
    """Say what `caveats` does of the samples of a table."""
    policies = dict.fromkeys(str(sample.keys["policy"]) for sample in found)
    meanings = [f"{name}: {tell_policy(name, table)}" for name in policies]
    words = in_words(metric, labels_are_true(table))
    return [
        f"{'; '.join([words, *meanings])}; 95 % bootstrap intervals over {_over(found)}; paired t-tests",
        *_crossed(found),
        *_coverage(found),
        "Holm's correction is over the rows of one noise rate, not over several noise rates",
        "the best is chosen by the seeds it is judged by: expect a little less of it on new ones",
    ]


def _over(found: Iterable[Sample]) -> str:
    if {sample.unit for sample in found} == {"fold"}:
        return "the folds of one seed, which share training data: they are too narrow"
    return "seeds (weights, batch order, noisy labels), not over test sets"


def _crossed(found: Iterable[Sample]) -> list[str]:
    units = dict.fromkeys(sample.unit for sample in found if sample.is_crossed)
    others = {"seed": "noise seeds", "noise seed": "seeds"}
    return [
        f"seed and noise.seed are crossed, so cells are not independent: each {unit} counts once, as its mean over its "
        f"{others[unit]}; what the draw of {others[unit]} adds is not in the intervals"
        for unit in units
    ]


def _coverage(found: Iterable[Sample]) -> list[str]:
    """Say how often intervals over so few seeds hold the true mean."""
    sizes = [int(sample.values.count().max()) for sample in found if sample.unit != "fold" and sample.values.size]
    few = sorted({size for size in sizes if size >= FEWEST})
    if not few:
        return []
    least, most = (COVERAGE[max(known for known in COVERAGE if known <= size)] for size in (few[0], few[-1]))
    rest = f", {few[-1]} in {most} %" if len(few) > 1 else ""
    return [f"over few seeds intervals are too narrow: {few[0]} hold the true mean in about {least} % of cases{rest}"]
