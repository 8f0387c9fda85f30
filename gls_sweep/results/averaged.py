"""What the numbers of a table are over, and on which labels, in words."""

import math
from collections.abc import Iterable

import pandas as pd

from gls_sweep.results.groups import SEEDS, column_of
from gls_sweep.results.rows import POLICIES

FOLD = "dataset.fold"
GIVEN = "epoch best on the given (noisy) test labels"
"""What policy `best` is where nobody knows the true test labels."""


def labels_are_true(table: pd.DataFrame) -> bool:
    """Tell whether the test labels are true ones; they are not where `dataset.labels_are_true=false`."""
    return not bool(column_of(table, "dataset.labels_are_true").eq(False).fillna(False).any())


def tell_policy(policy: str, table: pd.DataFrame) -> str:
    """Say which epoch a policy takes, and by which labels it is chosen."""
    part, _, name = policy.rpartition(".")
    meaning = POLICIES.get(name, "") if labels_are_true(table) or name != "best" else GIVEN
    return f"{meaning}, of all phases" if part else meaning


def seeds_in_words(counts: Iterable[int]) -> str:
    """Say over how many seeds means are; those over none do not count."""
    return _many(counts, "seed")


def averaged_over(table: pd.DataFrame, counts: Iterable[int]) -> str:
    """Say over what means are: seeds, folds, or both.

    Parameters
    ----------
    table
        The cells; means are over `groups.AVERAGED`.
    counts
        The number of cells in each mean.

    Returns
    -------
    str
        `5 seeds`, `1-3 seeds` where some diverged, `1 seed \N{MULTIPLICATION SIGN} 5 folds`, `no seeds`.
    """
    counts, seeds = set(counts) - {0}, [key for key in SEEDS if key in table]
    crossed = len(table[seeds].drop_duplicates()) > max((table[key].nunique() for key in seeds), default=1)
    sizes = {key.replace(".", " "): table[key].nunique() for key in seeds} if crossed else {}
    sizes |= {"fold": table[FOLD].nunique()} if FOLD in table and table[FOLD].nunique() > 1 else {}
    if not sizes:
        return seeds_in_words(counts)
    sizes = sizes if crossed else {"seed": len(table[seeds].drop_duplicates()) if seeds else 1} | sizes
    design = " \N{MULTIPLICATION SIGN} ".join(_many([size], noun) for noun, size in sizes.items())
    return design if counts == {math.prod(sizes.values())} else f"{_many(counts, 'cell')} ({design})"


def _many(counts: Iterable[int], noun: str) -> str:
    some = sorted({int(count) for count in counts if count})
    if some in ([], [1]):
        return f"1 {noun}" if some else f"no {noun}s"
    return f"{some[0]}-{some[-1]} {noun}s" if len(some) > 1 else f"{some[0]} {noun}s"
