"""What a run prints and writes when it ends."""

from collections.abc import Sequence

from rich.console import Console

from gls_sweep.cli.leave import CellsFailed
from gls_sweep.record_file import read_record
from gls_sweep.results import load_table, render, write_figures, write_table
from gls_sweep.sweep.cells import Cell
from gls_sweep.sweep.store import Store
from gls_sweep.sweep.sweep import by_store, tidy


def report(cells: Sequence[Cell]) -> None:
    """Print the table of these cells and write table and figures of all cells in their folder.

    Raises
    ------
    CellsFailed
        When all that is done, if training some cells did not work.
    """
    tidy(cells)
    console = Console(soft_wrap=False)
    failures = []
    for store, own in by_store(cells).items():
        table = load_table(store.folder, [cell.signature for cell in own])
        console.print(render(table, width=console.width))
        whole = load_table(store.folder)
        written = [*write_table(whole, store.folder), *write_figures(whole, store.folder)]
        console.print(
            f"written: {store.folder}/ with {', '.join(path.name for path in written)} and cells/<signature>/"
        )
        failures += [error for cell in own if (error := failure(store, cell))]
    if failures:
        said = f"training failed for {len(failures)} of the cells, first with: {failures[0]}"
        raise CellsFailed(f"{said}\nthe same command trains them again")


def failure(store: Store, cell: Cell) -> str | None:
    """Give the error of a cell that could not be trained."""
    record = read_record(store.record(cell.signature)) or {}
    return str(record["error"]) if record.get("status") == "failed" else None
