"""What a run prints and writes when it ends."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import pandas as pd
from rich.console import Console

from gls_sweep.cli.failures import tell_failures
from gls_sweep.cli.leave import CellsFailed
from gls_sweep.cli.show import show_table
from gls_sweep.results import write_figures, write_table
from gls_sweep.results.gather import gather
from gls_sweep.results.index import write_index
from gls_sweep.results.table import make_table
from gls_sweep.sweep.plan.cells import Cell
from gls_sweep.sweep.sweep import by_store, tidy

NO_REASONS: Mapping[str, str] = MappingProxyType({})


def report(cells: Sequence[Cell], reasons: Mapping[str, str] = NO_REASONS) -> None:
    """Print the table of these cells and write table, figures and index of all cells in their folder.

    Parameters
    ----------
    cells
        What the command asked for.
    reasons
        Why cells have no record, by signature, where that is known: the end of their job for example.

    Raises
    ------
    CellsFailed
        When all that is done, if cells have no result; it lists why.
    """
    tidy(cells)
    failed: dict[str, str] = {}
    for store, own in by_store(cells).items():
        table = report_folder(store.folder, {cell.signature for cell in own})
        failed |= find_failures(table, [cell.signature for cell in own], reasons)
    if failed:
        raise CellsFailed(tell_failures(failed, len({cell.signature for cell in cells})))


def report_folder(folder: Path, signatures: Collection[str]) -> pd.DataFrame:
    """Print the table of these cells, write what is derived from all cells, and give the table of these."""
    columns = gather(folder, verify=True)
    write_index(folder, columns)
    whole = make_table(columns, folder)
    own = whole.table[whole.table["signature"].isin(signatures)]
    show_table(own, whole.left_out)
    if len(whole.table):
        written = [*write_table(whole.table, folder), *write_figures(whole.table, folder)]
        Console().print(f"written: {folder}/ with {', '.join(path.name for path in written)} and cells/")
    return own


def find_failures(table: pd.DataFrame, signatures: Sequence[str], reasons: Mapping[str, str]) -> dict[str, str]:
    """Give by signature why cells have no result: their error, or where they have no record what is known."""
    failed = table[table["status"] == "failed"]
    errors = dict(zip(failed["signature"], failed["error"], strict=True))
    recorded = set(table["signature"])
    missing = {name: reasons.get(name, "not trained") for name in signatures if name not in recorded}
    return errors | missing
