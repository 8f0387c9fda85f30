"""Prints a table."""

import pandas as pd
from rich.console import Console

from gls_sweep.results.present import render


def show_table(table: pd.DataFrame, left_out: str) -> None:
    """Print a table on standard output, and a line on the records that it leaves out."""
    console = Console(soft_wrap=False)
    if len(table):
        console.print(render(table, width=console.width))
    if left_out:
        console.print(left_out, soft_wrap=True, markup=False, highlight=False)
