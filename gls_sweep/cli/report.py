"""What a run prints and writes when it ends."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import pandas as pd
from rich.console import Console

from gls_sweep.cli.failures import tell_failures
from gls_sweep.cli.figure_kinds import kinds_of
from gls_sweep.cli.leave import CellsFailed
from gls_sweep.cli.show import show_table
from gls_sweep.loggers.follow import log_recorded
from gls_sweep.results import write_table
from gls_sweep.results.findings import Findings
from gls_sweep.results.gather import gather
from gls_sweep.results.index import write_index
from gls_sweep.results.plots.asked import Asked
from gls_sweep.results.plots.files import write_kind
from gls_sweep.results.report import NAME as REPORT
from gls_sweep.results.report import write_report
from gls_sweep.results.table import make_table
from gls_sweep.sweep.plan.cells import Cell
from gls_sweep.sweep.sweep import by_store, signatures_by_store, tidy

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
        table = report_folder(store.folder, {cell.signature for cell in own}, cells[0].config.figures)
        failed |= find_failures(table, [cell.signature for cell in own], reasons)
    log_cells(cells)
    if failed:
        raise CellsFailed(tell_failures(failed, len({cell.signature for cell in cells})))


def log_cells(cells: Sequence[Cell]) -> None:
    """Bring the logger up to date with these cells."""
    log_recorded(signatures_by_store(cells), cells[0].config.logger)


def report_folder(folder: Path, signatures: Collection[str], figures: Iterable[str]) -> pd.DataFrame:
    """Print the table of these cells, write what is derived from all cells, and give the table of these."""
    columns = gather(folder, verify=True)
    write_index(folder, columns)
    loaded = make_table(columns, folder)
    found = Findings(loaded.table)
    own, written = found.among(signatures), list[Path]()
    if len(loaded.table):
        written += [*write_table(loaded.table, folder), *draw_figures(loaded.table, folder, figures)]
        written.append(write_report(found, [folder], folder / REPORT, loaded.left_out))
    show_table(own, loaded.left_out)  # now that all is written: a closed pipe ends the command
    if written:
        Console().print(f"written: {folder}/ with {', '.join(path.name for path in written)} and cells/")
    return own.table


def draw_figures(table: pd.DataFrame, folder: Path, names: Iterable[str]) -> list[Path]:
    """Draw the kinds of figures of these names, as far as the cells allow them."""
    asked, kinds = Asked(table, [folder]), kinds_of(names)
    return [path for name, kind in kinds.items() for path in write_kind(name, kind.load(), asked, folder)]


def find_failures(table: pd.DataFrame, signatures: Sequence[str], reasons: Mapping[str, str]) -> dict[str, str]:
    """Give by signature why cells have no result: their error, or where they have no record what is known."""
    failed = table[table["status"] == "failed"]
    errors = dict(zip(failed["signature"], failed["error"], strict=True))
    recorded = set(table["signature"])
    missing = {name: reasons.get(name, "not trained") for name in signatures if name not in recorded}
    return errors | missing
