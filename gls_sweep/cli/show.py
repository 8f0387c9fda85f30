"""Prints a table."""

import pandas as pd
from rich.console import Console

from gls_sweep.results import render, render_choices, render_estimate_errors, tell_rates
from gls_sweep.results.statistics.samples import samples
from gls_sweep.results.statistics.sentences import has_choice, sentence

MOST = 12
"""Sentences to print at most."""


def show_table(table: pd.DataFrame, left_out: str) -> None:
    """Print a table on standard output, what the seeds tell, and a line on the records that it leaves out."""
    console = Console(soft_wrap=False)
    if len(table):
        console.print(render(table, width=console.width))
        console.print(render_choices(table, width=console.width), end="")
        console.print(render_estimate_errors(table, width=console.width), end="")
    lines = [*tell_rates(table), *told(table)] if len(table) else []
    for line in [*lines, *filter(None, [left_out])]:
        console.print(line, soft_wrap=True, markup=False, highlight=False)


def told(table: pd.DataFrame) -> list[str]:
    """Say which smooth rate or loss is best, a line a noise rate, where there is anything to choose from."""
    found = list(filter(has_choice, samples(table, None)))
    rest = [f"... {len(found) - MOST} more by gls-results table --statistics"] if len(found) > MOST else []
    return [*map(sentence, found[:MOST]), *rest]
