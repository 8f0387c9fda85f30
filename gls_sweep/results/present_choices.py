"""Print what it costs to choose the smooth rate without the test set: the oracle gap, and the regret of `auto`."""

from collections.abc import Iterable, Iterator

import pandas as pd
from rich import box
from rich.columns import Columns
from rich.console import Group, RenderableType
from rich.constrain import Constrain
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from gls_sweep.results.averaged import seeds_in_words
from gls_sweep.results.choices import MEANINGS, REGRET, ChoiceTable, Cost, choice_tables
from gls_sweep.results.numbers import percent_with_error
from gls_sweep.results.regret import mean_regret
from gls_sweep.results.swept import swept_rates


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
    return render_choice_tables(((title, choice_tables(cells)) for title, cells in swept_rates(table)), width)


def render_choice_tables(choices: Iterable[tuple[str, list[ChoiceTable]]], width: int | None = None) -> RenderableType:
    """Lay out the `choice_tables` of each loss, under what tells it from others, as `render_choices` does."""
    measured = [(title, tables) for title, tables in choices if tables]
    if not measured:
        return Group()
    blocks = [_block(title, tables) for title, tables in measured]
    legend = _legend([one for _, tables in measured for one in tables])
    return Constrain(Group(*blocks, Text("\n".join(legend), style="dim"), ""), width)


def _block(title: str, tables: list[ChoiceTable]) -> RenderableType:
    padded = Columns([Padding(_grid(table), (0, 0, 1, 0)) for table in tables], padding=(0, 3))
    return Group(Text(title, style="bold"), "", padded) if title else padded


def _grid(table: ChoiceTable) -> Table:
    result = Table(box=box.HORIZONTALS, padding=0, show_edge=False, title_justify="left", title_style="bold")
    result.title = table.title
    for head in (*table.heads, *table.noises):
        result.add_column(head)
    for labels, costs in table.lines:
        result.add_row(*labels, *(_entry(cost) if cost else "" for cost in costs))
    return result


def _entry(cost: Cost) -> Text:
    lost = f" ({cost.lost} lost)" if cost.lost else ""
    return Text.assemble(percent_with_error(cost.mean, cost.error), (lost, "red"))


def _legend(tables: list[ChoiceTable]) -> Iterator[str]:
    titles = {table.title for table in tables}
    yield from (f"{title}: {meaning}" for title, meaning in MEANINGS.items() if title in titles)
    if regrets := [table.measured for table in tables if table.title == REGRET]:
        yield from _mean_lines(mean_regret(pd.concat(regrets)))
    both = pd.concat([table.measured for table in tables])
    lost = "; lost: diverged, failed or missing, not in the mean" if both["lost"].any() else ""
    yield f"points of test accuracy, mean ± standard error over {seeds_in_words(both['n'])}, paired{lost}"


def _mean_lines(means: pd.DataFrame) -> Iterator[str]:
    for estimator, rows in means.groupby("estimator", sort=False):
        name = f"auto ({estimator!s})" if estimator else "auto"
        parts = []
        for value, error, by in (("regret", "standard_error", ""), ("held_out_regret", "held_out_error", "by others ")):
            points = map(percent_with_error, rows[value], rows[error])
            numbers = [f"{policy!s} {own}" for policy, own in zip(rows["policy"], points, strict=True)]
            parts += [by + ", ".join(numbers)] if rows[value].notna().all() else []
        yield f"mean regret of {name}, noises weighted equally: {'; '.join(parts)}"
