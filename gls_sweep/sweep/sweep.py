"""A sweep from its composed cells to its records."""

import logging
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from gls_sweep.errors import SweepStopped, UserError
from gls_sweep.sweep.disk.status import is_done, undone
from gls_sweep.sweep.disk.store import Store
from gls_sweep.sweep.disk.tidy import remove_leftovers, remove_old_states
from gls_sweep.sweep.jobs.cluster import run_in_jobs
from gls_sweep.sweep.jobs.states import remove_done_jobs
from gls_sweep.sweep.plan.cells import Cell
from gls_sweep.sweep.plan.machine import usable_cores
from gls_sweep.sweep.work import worker
from gls_sweep.sweep.work.local import run_cells
from gls_sweep.sweep.work.process import prepare_process

log = logging.getLogger(__name__)


def store_of(cell: Cell) -> Store:
    """Give the folder that a cell is recorded in."""
    return Store(Path(cell.config.results) / cell.config.sweep)


def by_store(cells: Sequence[Cell]) -> dict[Store, list[Cell]]:
    """Sort cells by the folder they are recorded in, each signature once."""
    folders: dict[tuple[str, str], dict[str, Cell]] = {}
    for cell in cells:
        folders.setdefault((cell.config.results, cell.config.sweep), {}).setdefault(cell.signature, cell)
    return {Store(Path(results, sweep)): list(own.values()) for (results, sweep), own in folders.items()}


def signatures_by_store(cells: Sequence[Cell]) -> dict[Store, list[str]]:
    """Give the signatures of cells by the folder they are recorded in."""
    return {store: [cell.signature for cell in own] for store, own in by_store(cells).items()}


def not_done(store: Store, cells: Sequence[Cell]) -> list[Cell]:
    """Leave out the cells that are done."""
    left = set(undone(store, [cell.signature for cell in cells]))
    return [cell for cell in cells if cell.signature in left]


def run_sweep(cells: Sequence[Cell], meanwhile: Callable[[], None] = lambda: None) -> dict[str, str]:
    """Train the cells that are not done yet, in worker processes or in jobs.

    Parameters
    ----------
    meanwhile : callable
        Called once while worker processes start, where there are any.

    Returns
    -------
    dict of str to str
        Why cells have no record in the end, by signature.
    """
    todo = {}
    for store, own in by_store(cells).items():
        remove_leftovers(store)
        left = not_done(store, own)
        log.info("%s: %d cells, %d of them done already", store.folder, len(own), len(own) - len(left))
        if left:
            todo[store] = left
    if not todo:
        return {}
    with ExitStack() as at_work:
        for store in todo:
            at_work.enter_context(store.at_work())
        if cluster := cells[0].config.jobs:
            return run_in_jobs(todo, cluster)
        run_cells(todo, meanwhile=meanwhile)
    return {}


def threads_alone(cell: Cell) -> int:
    """Give the threads of a cell that trains by itself: one, unless bits may depend on their number."""
    launcher = cell.config.launcher
    return launcher.threads or (1 if launcher.exact else usable_cores())


def tidy(cells: Sequence[Cell]) -> None:
    """Remove what finished and killed packs have left in the folders of these cells."""
    for store in by_store(cells):
        remove_old_states(store)
        remove_leftovers(store)
        remove_done_jobs(store)


def run_cell(cell: Cell) -> None:
    """Train one cell in this process, unless it is done."""
    store = store_of(cell)
    if is_done(store, cell.signature):
        log.info("%s: done already", store.cell(cell.signature))
        return
    prepare_process(threads_alone(cell))
    finding = worker.examine(cell)
    if finding.problem:
        raise UserError(finding.problem)
    if problem := worker.train_pack(store.folder, [cell]):
        raise SweepStopped(problem)
