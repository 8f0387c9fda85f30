"""How far off the estimated transition matrices and noise rates are, where the truth is known."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from rich import box
from rich.console import Group, RenderableType
from rich.constrain import Constrain
from rich.table import Table
from rich.text import Text

from gls_sweep.results.averaged import labels_are_true
from gls_sweep.results.groups import AVERAGED, NOISE_RATE, column_of, loss_keys, show, telling_keys
from gls_sweep.results.rows import ESTIMATED

RATE_ERROR, MATRIX_ERROR = "noise_rate_error", "transition_error"
TELLING = 0.05  # a noise rate that is hardly an error of the estimate
LEGEND = (
    "errors of estimates, in points, mean over seeds. T: how much of each row of the transition matrix is in the wrong "
    "place, mean over classes; ε: estimated less realised noise rate"
)


def estimate_errors(table: pd.DataFrame) -> pd.DataFrame:
    """Hold the estimates of finished cells against the labels that they were made from.

    Parameters
    ----------
    table
        As from `load_table`.

    Returns
    -------
    DataFrame
        One row for each estimator, noise, and whatever else varies, with their keys and, as means over cells,
        `transition_error` (total variation between the rows of the estimated and of the realised T, mean over classes),
        `noise_rate_error` (estimated less realised), both fractions, and `n`, the number of cells. Empty where nothing
        was estimated or nobody knows the truth.
    """
    known = table[column_of(table, f"estimate.{MATRIX_ERROR}").notna()]
    if known.empty:
        return pd.DataFrame()
    error = known["estimate.noise_rate"].astype(float) - known["noise.realised_rate"].astype(float)
    known = known.assign(**{RATE_ERROR: error, MATRIX_ERROR: known[f"estimate.{MATRIX_ERROR}"].astype(float)})
    first = [key for key in ("estimate.estimator", "noise.name", NOISE_RATE) if key in known]
    measured = {f"estimate.{name}" for name in (*ESTIMATED, MATRIX_ERROR)}
    keys = telling_keys(known, {*loss_keys(known), *AVERAGED, *measured, RATE_ERROR, MATRIX_ERROR, *first}, first)
    groups = known.groupby(keys, dropna=False)
    means: pd.DataFrame = groups[[MATRIX_ERROR, RATE_ERROR]].mean()
    return means.assign(n=groups.size()).reset_index()


def tell_rates(table: pd.DataFrame) -> list[str]:
    """Put the smooth rates that were estimated into words, one line for each noise and whatever else varies."""
    auto = table[column_of(table, "estimate.smooth_rate").notna()]
    if auto.empty:
        return []
    first = [key for key in ("estimate.estimator", "noise.name", NOISE_RATE) if key in auto]
    measured = {f"estimate.{name}" for name in (*ESTIMATED, MATRIX_ERROR)}
    keys = telling_keys(auto, {*loss_keys(auto), *AVERAGED, *measured, *first}, first)
    lines = []
    for (estimator, *values), cells in auto.groupby(keys, dropna=False):
        noise, rate = (cells[f"estimate.{name}"].astype(float).mean() for name in ("noise_rate", "smooth_rate"))
        of = _noise(keys[1:], values).replace("clean", "labels as they are", 1)
        lines.append(f"estimated by {estimator} for {of}: noise rate {noise:.3f}, smooth rate {rate:.2f}")
        if labels_are_true(cells) and (cells["noise.name"] == "clean").all() and noise > TELLING:
            lines.append("if these labels may be wrong, say so: dataset.labels_are_true=false")
    return lines


def render_estimate_errors(table: pd.DataFrame, width: int | None = None) -> RenderableType:
    """Lay out `estimate_errors`, one line a noise and one column an estimator; nothing where there are none."""
    errors = estimate_errors(table)
    if errors.empty:
        return Group()
    names = list(dict.fromkeys(errors["estimate.estimator"]))
    result = Table(box=box.HORIZONTALS, padding=(0, 1), show_edge=False, title_justify="left", title_style="bold")
    result.title = "estimates"
    keys = [key for key in errors if key not in ("estimate.estimator", MATRIX_ERROR, RATE_ERROR, "n")]
    result.add_column("noise")
    for name in names:
        result.add_column(f"{name}\n   T      ε")
    for values, rows in errors.groupby(keys, dropna=False, sort=False):
        result.add_row(_noise(keys, values), *(_entry(rows[rows["estimate.estimator"] == name]) for name in names))
    return Constrain(Group(result, Text(LEGEND, style="dim"), ""), width)


def _noise(keys: Sequence[Any], values: Sequence[Any]) -> str:
    named = dict(zip(keys, values, strict=True))
    words = [show(named.pop(key)) for key in ("noise.name", NOISE_RATE) if key in named and not pd.isna(named[key])]
    named = {key.partition(".")[2]: show(value) for key, value in named.items() if pd.notna(value)}
    return " ".join([*words, *(f"{key}={value}" for key, value in named.items())])


def _entry(rows: pd.DataFrame) -> str:
    if rows.empty:
        return ""
    row = rows.iloc[0]
    return f"{100 * row[MATRIX_ERROR]:4.1f} {100 * row[RATE_ERROR] + 0.0:+6.1f}"
