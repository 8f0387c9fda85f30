"""Prints a table."""

import pandas as pd
from rich.console import Console

from gls_sweep.results import render, render_choices, render_estimate_errors, tell_rates


def show_table(table: pd.DataFrame, left_out: str) -> None:
    """Print a table on standard output, and a line on the records that it leaves out."""
    console = Console(soft_wrap=False)
    if len(table):
        console.print(render(table, width=console.width))
        console.print(render_choices(table, width=console.width), end="")
        console.print(render_estimate_errors(table, width=console.width), end="")
        for line in tell_rates(table):
            console.print(line, soft_wrap=True, markup=False, highlight=False)
    if left_out:
        console.print(left_out, soft_wrap=True, markup=False, highlight=False)
