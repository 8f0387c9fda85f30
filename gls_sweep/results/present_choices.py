"""Print what it costs to choose the smooth rate without the test set: the oracle gap, and the regret of `auto`."""

import math
from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import pandas as pd
from rich import box
from rich.columns import Columns
from rich.console import Group, RenderableType
from rich.constrain import Constrain
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from gls_sweep.results.groups import NOISE_RATE, ONE_LOSS, column_of, has_rate, split_groups
from gls_sweep.results.oracle_gap import oracle_gap
from gls_sweep.results.pivot import noise_labels
from gls_sweep.results.present import seeds_in_words
from gls_sweep.results.regret import mean_regret, regret

GAP, REGRET = "oracle gap", "regret of auto"
MEANINGS = {
    GAP: "lost against the rate and epoch best on the test labels; r val: best on held-out noisy labels",
    REGRET: "lost against the best swept rate, chosen by these seeds (overstated) or by the others",
}
Line = tuple[tuple[str, str], pd.DataFrame]
"""The two labels of a line, and its rows: one a noise rate, with `value`, `error` and `lost`."""


def render_choices(table: pd.DataFrame, width: int | None = None) -> RenderableType:
    """Lay out `oracle_gap`, and where there are cells with `auto` their `regret`, for `rich.console.Console.print`.

    Parameters
    ----------
    table
        As from `load_table`. Nothing is shown where no loss has two smooth rates, or nothing finished; and no oracle
        gap where nothing was held out.
    width
        Columns of text to use at most; the console's when None.
    """
    groups = split_groups(table[has_rate(table)], ONE_LOSS)
    measured = [(title, cells, *_measure(cells)) for title, cells in groups]
    gaps, regrets = [gaps for _, _, gaps, _ in measured], [regrets for _, _, _, regrets in measured]
    together = {GAP: pd.concat(gaps), REGRET: pd.concat(regrets)}
    shown = {name: rows for name, rows in together.items() if len(rows)}
    if not shown:
        return Group()
    blocks = [_block(*block) for block in measured if len(block[2]) or len(block[3])]
    return Constrain(Group(*blocks, Text("\n".join(_legend(shown)), style="dim"), ""), width)


def _measure(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the oracle gaps, none where no labels were held out and none of the oracle itself, and the regrets."""
    gaps, regrets = oracle_gap(table), regret(table)
    held_out = len(gaps) > 0 and (gaps["epoch"] == "val").any()
    gaps = gaps[gaps["epoch"] != "best"] if held_out else pd.DataFrame()
    return gaps, regrets.assign(estimator=regrets["estimator"].fillna("")) if len(regrets) else regrets


def _block(title: str, cells: pd.DataFrame, gaps: pd.DataFrame, regrets: pd.DataFrame) -> RenderableType:
    tables = [_grid(GAP, ("r", "epoch"), _gap_lines(gaps), cells)] if len(gaps) else []
    tables += [_grid(REGRET, ("epoch", "best by"), _regret_lines(regrets), cells)] if len(regrets) else []
    padded = Columns([Padding(table, (0, 0, 1, 0)) for table in tables], padding=(0, 3))
    return Group(Text(title, style="bold"), "", padded) if title else padded


def _gap_lines(gaps: pd.DataFrame) -> Iterator[Line]:
    for (rate, epoch), rows in gaps.groupby(["rate", "epoch"], sort=False):
        yield (str(rate), str(epoch)), rows.rename(columns={"gap": "value", "standard_error": "error"})


def _regret_lines(regrets: pd.DataFrame) -> Iterator[Line]:
    for (policy, estimator), rows in regrets.groupby(["policy", "estimator"], sort=False):
        name = f"{policy} ({estimator})" if estimator else str(policy)
        yield (name, "these"), rows.rename(columns={"regret": "value", "standard_error": "error"})
        if rows["held_out_regret"].notna().any():
            yield ("", "others"), rows.rename(columns={"held_out_regret": "value", "held_out_error": "error"})


def _grid(title: str, heads: tuple[str, str], lines: Iterator[Line], cells: pd.DataFrame) -> Table:
    result = Table(box=box.HORIZONTALS, padding=0, show_edge=False, title_justify="left", title_style="bold")
    result.title = title
    columns = noise_labels(pd.Index(column_of(cells, NOISE_RATE).drop_duplicates().sort_values()), cells)
    for head in (*heads, *columns):
        result.add_column(head)
    for labels, rows in lines:
        noises = noise_labels(pd.Index(column_of(rows, NOISE_RATE)), cells)
        at = dict(zip(noises, rows.to_dict("records"), strict=True))
        result.add_row(*labels, *(_entry(at[noise]) if noise in at else "" for noise in columns))
    return result


def _entry(row: Mapping[Hashable, Any]) -> Text:
    return Text.assemble(_points(row["value"], row["error"]), (f" ({row['lost']} lost)" if row["lost"] else "", "red"))


def _points(value: float, error: float) -> str:
    points = "" if math.isnan(value) else f"{round(100 * value, 1) + 0.0:.1f}"
    return points if math.isnan(error) else f"{points}±{100 * error:.1f}"


def _legend(shown: dict[str, pd.DataFrame]) -> Iterator[str]:
    yield from (f"{name}: {MEANINGS[name]}" for name in shown)
    if REGRET in shown:
        yield from _mean_lines(mean_regret(shown[REGRET]))
    both = pd.concat(shown.values())
    lost = "; lost: diverged, failed or missing, not in the mean" if both["lost"].any() else ""
    yield f"points of test accuracy, mean ± standard error over {seeds_in_words(both['n'])}, paired{lost}"


def _mean_lines(means: pd.DataFrame) -> Iterator[str]:
    for estimator, rows in means.groupby("estimator", sort=False):
        name = f"auto ({estimator!s})" if estimator else "auto"
        parts = []
        for value, error, by in (("regret", "standard_error", ""), ("held_out_regret", "held_out_error", "by others ")):
            points = map(_points, rows[value], rows[error])
            numbers = [f"{policy!s} {own}" for policy, own in zip(rows["policy"], points, strict=True)]
            parts += [by + ", ".join(numbers)] if rows[value].notna().all() else []
        yield f"mean regret of {name}, noises weighted equally: {'; '.join(parts)}"
