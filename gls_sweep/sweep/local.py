"""Runs a sweep's cells in worker processes of this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing import active_children, get_context

from gls_sweep.config import identity
from gls_sweep.errors import UserError
from gls_sweep.sweep import worker
from gls_sweep.sweep.cells import Cell
from gls_sweep.sweep.machine import Resources, plan_resources
from gls_sweep.sweep.noise_log import log_noise
from gls_sweep.sweep.packs import cut_into_packs, group_cells, most_replicas
from gls_sweep.sweep.progress import Progress
from gls_sweep.sweep.store import Store


def run_cells(store: Store, cells: Sequence[Cell]) -> None:
    """Train and record cells in worker processes; those with a record are to be left out before.

    Raises
    ------
    UserError
        With a line for each mistake that only the data show; nothing has trained then.
    """
    resources = plan_resources(cells[0].config, len(cells))
    with workers(resources) as pool:
        findings = examine(pool, cells, resources.processes)
        packs = make_packs(cells, findings, resources)
        futures = [pool.submit(worker.train_pack, store.folder, pack) for pack in packs]
        show_progress(store, cells, futures)


@contextmanager
def workers(resources: Resources) -> Iterator[Executor]:
    """Open a pool of processes; when something goes wrong here they are ended, not waited for."""
    pool = ProcessPoolExecutor(
        resources.processes, get_context("spawn"), initializer=worker.start, initargs=(resources.threads,)
    )
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in active_children():
            process.terminate()
        raise
    pool.shutdown()


def look_key(cell: Cell) -> str:
    """Give what decides how a cell looks before training: all but the seed of its weights and its loss's numbers."""
    content = identity(cell.config)
    content["loss"] = [key for key, value in content["loss"].items() if not isinstance(value, float)]
    del content["seed"]
    return json.dumps(content)


def examine(pool: Executor, cells: Sequence[Cell], processes: int) -> dict[str, worker.Finding]:
    """Look at each distinct combination of data, labels and model once, and log what the labels are."""
    distinct = {look_key(cell): cell for cell in cells}
    chunk = -(-len(distinct) // processes)
    findings = list(pool.map(worker.examine, distinct.values(), chunksize=chunk))
    problems = {finding.problem for finding in findings if finding.problem}
    if problems:
        raise UserError("\n".join(sorted(problems)))
    log_noise(zip(distinct.values(), (finding.noise for finding in findings), strict=True))
    return dict(zip(distinct, findings, strict=True))


def make_packs(cells: Sequence[Cell], findings: dict[str, worker.Finding], resources: Resources) -> list[list[Cell]]:
    """Group cells into packs that fit into memory."""
    packs = []
    for group in group_cells(cells):
        finding = findings[look_key(group[0])]
        most = most_replicas(finding.replica_bytes, finding.pack_bytes, resources.memory, resources.max_pack)
        packs += cut_into_packs(group, most, resources.processes)
    return packs


def show_progress(store: Store, cells: Sequence[Cell], futures: list[Future[None]]) -> None:
    """Show the packs' progress until all are done; an error of a worker itself is raised."""
    with Progress(store, cells) as progress:
        pending = set(futures)
        while pending:
            done, pending = wait(pending, timeout=0.5)
            progress.update()
            for future in done:
                future.result()
