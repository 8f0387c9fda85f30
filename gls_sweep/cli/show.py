"""Prints a table."""

from rich.console import Console

from gls_sweep.results import render, render_estimate_errors, tell_rates
from gls_sweep.results.findings import Findings
from gls_sweep.results.present_choices import render_choice_tables
from gls_sweep.results.statistics.sentences import has_choice
from gls_sweep.results.swept import swept_rates

MOST = 12
"""Sentences to print at most."""


def show_table(found: Findings, left_out: str) -> None:
    """Print a table on standard output, what the seeds tell, and a line on the records that it leaves out."""
    console, table = Console(soft_wrap=False), found.table
    if len(table):
        console.print(render(table, width=console.width))
        choices = ((title, found.choices(cells)) for title, cells in swept_rates(table))
        console.print(render_choice_tables(choices, width=console.width), end="")
        console.print(render_estimate_errors(table, width=console.width), end="")
    lines = [*tell_rates(table), *told(found)] if len(table) else []
    for line in [*lines, *filter(None, [left_out])]:
        console.print(line, soft_wrap=True, markup=False, highlight=False)


def told(found: Findings) -> list[str]:
    """Say which smooth rate or loss is best, a line a noise rate, where there is anything to choose from."""
    numbers = [number for number, sample in enumerate(found.samples) if has_choice(sample)]
    rest = [f"... {len(numbers) - MOST} more by gls-results table --statistics"] if len(numbers) > MOST else []
    return [*map(found.sentence, numbers[:MOST]), *rest]
