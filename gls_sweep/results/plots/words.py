"""What figures say: which cells they show, and what their numbers are."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from gls_sweep.results import averaged
from gls_sweep.results.groups import NOISE_RATE, RATE, column_of, show
from gls_sweep.results.losses import loss_rows
from gls_sweep.results.metrics import ACCURACY, in_words
from gls_sweep.results.pivot import PivotTable
from gls_sweep.results.plots.style import plain

NAMES = {"dataset.name": "{}", "noise.name": "{} noise", "model.name": "{}", "schedule.name": "schedule {}"}


def describe_cells(table: pd.DataFrame, group: str = "") -> str:
    """Say which cells a figure shows: what tells their group from others, what they have in common, how many seeds."""
    words = [group] if group else []
    unnoised = "clean labels" if averaged.labels_are_true(table) else "labels as given"
    for key, form in NAMES.items():
        if key in table and table[key].nunique(dropna=False) == 1 and f"{key}=" not in group:
            words.append(form.format(show(table[key].iat[0])).replace("clean noise", unnoised))
    return " · ".join([*words, averaged.averaged_over(table, _cells_in_means(table))])


def _cells_in_means(table: pd.DataFrame) -> "pd.Series[Any]":
    """Count the finished cells of each loss and noise rate."""
    entries = [loss_rows(table), column_of(table, NOISE_RATE)]
    return table["status"].eq("finished").groupby(entries, dropna=False, observed=True).sum()


def accuracy_words(table: pd.DataFrame) -> str:
    """Name the test accuracy, its unit, and that it is on given labels where nobody knows the true ones."""
    return in_words(ACCURACY, averaged.labels_are_true(table))


def sentence(words: str) -> str:
    """Begin words with a capital letter."""
    return words[:1].upper() + words[1:]


def tell_policy(policy: str, table: pd.DataFrame) -> str:
    """Say which epoch numbers are taken from, by its name and in words."""
    return f"{policy}: {averaged.tell_policy(policy, table)}"


def name_rows(grids: PivotTable, form: str = "{}") -> list[str]:
    """Write the rows of a pivot: smooth rates in a form, such as `r = {}`, losses as they are."""
    form = form if grids.mean.index.name == RATE else "{}"
    return [form.format(plain(name)) for name in grids.mean.index]


def name_noise(rates: pd.Index, labels: Sequence[str], form: str = "noise rate {}") -> list[str]:
    """Write noise rates in full; noise without a rate keeps its name."""
    return [(form if pd.notna(rate) else "{}").format(plain(name)) for rate, name in zip(rates, labels, strict=True)]


def noise_axis(rates: pd.Index) -> str:
    """Name an axis of noise rates; where one is missing its tick is the noise's name."""
    return r"noise rate $\varepsilon$" if rates.notna().all() else "noise"
