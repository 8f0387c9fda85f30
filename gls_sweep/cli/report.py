"""What a run prints and writes when it ends."""

from collections.abc import Sequence

from rich.console import Console

from gls_sweep.results import load_table, render, write_figures, write_table
from gls_sweep.sweep.cells import Cell
from gls_sweep.sweep.sweep import by_store


def report(cells: Sequence[Cell]) -> None:
    """Print the table of these cells; write table and figures of all cells in their folder."""
    console = Console(soft_wrap=False)
    for store, own in by_store(cells).items():
        table = load_table(store.folder, [cell.signature for cell in own])
        console.print(render(table, width=console.width))
        whole = load_table(store.folder)
        written = [*write_table(whole, store.folder), *write_figures(whole, store.folder)]
        console.print(
            f"written: {store.folder}/ with {', '.join(path.name for path in written)} and cells/<signature>/"
        )
