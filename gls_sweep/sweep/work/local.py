"""Runs a sweep's cells in worker processes of this machine."""

from __future__ import annotations

import functools
import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from gls_sweep.config import identity
from gls_sweep.errors import SweepStopped, UserError
from gls_sweep.sweep.disk.planned import note_planned
from gls_sweep.sweep.disk.record import write_failure
from gls_sweep.sweep.disk.status import is_done
from gls_sweep.sweep.disk.store import Store
from gls_sweep.sweep.display import Display, looking
from gls_sweep.sweep.plan.cells import Cell
from gls_sweep.sweep.plan.finding import Finding
from gls_sweep.sweep.plan.machine import Resources, plan_resources
from gls_sweep.sweep.plan.packs import cut_by_stage, cut_into_packs, group_cells, most_replicas
from gls_sweep.sweep.work import worker
from gls_sweep.sweep.work.noise_log import log_noise
from gls_sweep.sweep.work.pool import Call, Done, Pool
from gls_sweep.sweep.work.progress import INTERVAL, Progress

log = logging.getLogger(__name__)
Look = Callable[[Sequence[Cell]], Iterable[Finding]]
SizedGroup = tuple[list[Cell], int]
Cut = Callable[[list[Cell], int, int], list[list[Cell]]]


def run_cells(
    cells: Mapping[Store, list[Cell]], cores: int | None = None, meanwhile: Callable[[], None] = lambda: None
) -> None:
    """Train and record cells in worker processes; those that are done are to be left out before.

    Parameters
    ----------
    cores : int or None
        How many cores to use; None for all that this process may use.
    meanwhile : callable
        Called once while the workers start.

    Raises
    ------
    UserError
        With a line for each mistake that only the data show; nothing has trained then.
    SweepStopped
        Where it cannot go on, because the disk is full for example; what is recorded stays.
    """
    everything = [cell for own in cells.values() for cell in own]
    resources = plan_resources(everything[0].config, len(everything), cores)
    with Pool(resources.processes, worker.start, resources.threads) as pool:
        meanwhile()
        findings = examine(everything, functools.partial(look_in_workers, pool))
        for store, own in cells.items():
            note_planned(store, own)
            groups = sized_groups(own, findings, resources)
            with Progress(store, own) as progress:
                ahead = functools.partial(worker.train_shared, store.folder)
                for _ in deaths(pool, ahead, cut(groups, cut_by_stage, resources.processes), progress):
                    log.debug("training what cells share failed; their packs do it")
                train(pool, store, cut(groups, cut_into_packs, resources.processes), progress)


def look_at(cells: Sequence[Cell]) -> dict[str, Finding]:
    """Look at cells without training them; raises `UserError`."""
    resources = plan_resources(cells[0].config, len(cells))
    with Pool(resources.processes, worker.start, resources.threads) as pool:
        return examine(cells, functools.partial(look_in_workers, pool))


def on_cpu(cells: Sequence[Cell]) -> list[Cell]:
    """Give cells that train elsewhere such that they can be looked at here, whatever they train on."""
    return [replace(cell, config=replace(cell.config, device="cpu")) for cell in cells]


def look_key(cell: Cell) -> str:
    """Give what decides how a cell looks before training: all but the seed of its weights and its loss's numbers."""
    content = identity(cell.config)
    content["loss"] = [key for key, value in content["loss"].items() if not isinstance(value, float)]
    del content["seed"]
    return json.dumps(content)


def examine(cells: Sequence[Cell], look: Look) -> dict[str, Finding]:
    """Look at each distinct combination of data, labels and model once, and log what the labels are."""
    distinct = {look_key(cell): cell for cell in cells}
    findings = list(look(list(distinct.values())))
    problems = {finding.problem for finding in findings if finding.problem}
    if problems:
        raise UserError("\n".join(sorted(problems)))
    log_noise(zip(distinct.values(), (finding.noise for finding in findings), strict=True))
    return dict(zip(distinct, findings, strict=True))


def look_in_workers(pool: Pool, cells: Sequence[Cell]) -> list[Finding]:
    """Look at cells in the workers."""
    findings: dict[str, Finding] = {}
    with Display() as display:
        display.show(*looking(0, len(cells)))
        for done in pool.run(worker.examine, cells, INTERVAL):
            if done is not None and done.death:
                raise SweepStopped(f"looking at the data did not work: {done.death}")
            if done is not None:
                findings[done.task.signature] = done.result
            display.show(*looking(len(findings), len(cells)))
    return [findings[cell.signature] for cell in cells]


def make_packs(cells: Sequence[Cell], findings: Mapping[str, Finding], resources: Resources) -> list[list[Cell]]:
    """Group cells into packs that fit into memory."""
    return cut(sized_groups(cells, findings, resources), cut_into_packs, resources.processes)


def sized_groups(cells: Sequence[Cell], findings: Mapping[str, Finding], resources: Resources) -> list[SizedGroup]:
    """Group cells that may train as one population, with how many of them fit together."""
    return [(group, most_together(group, findings, resources)) for group in group_cells(cells)]


def cut(groups: Sequence[SizedGroup], into: Cut, processes: int) -> list[list[Cell]]:
    """Cut groups, by stages that go ahead or into packs."""
    return [part for group, most in groups for part in into(group, most, processes)]


def most_together(group: Sequence[Cell], findings: Mapping[str, Finding], resources: Resources) -> int:
    """Give how many cells of a group may train together, for what they take of the memory."""
    finding = findings[look_key(group[0])]
    memory = resources.memory if finding.gpu_bytes is None else finding.gpu_bytes // (2 * resources.processes)
    return most_replicas(finding.replica_bytes, finding.pack_bytes, memory, resources.max_pack)


def train(pool: Pool, store: Store, packs: list[list[Cell]], progress: Progress) -> None:
    """Train packs; one whose worker dies is tried again in halves."""
    call = functools.partial(worker.train_pack, store.folder)
    while packs:
        packs = [half for done in deaths(pool, call, packs, progress) for half in after_death(store, done)]


def deaths(pool: Pool, call: Call, tasks: Sequence[list[Cell]], progress: Progress) -> Iterator[Done]:
    """Have the workers do tasks, showing their progress, and give those whose worker died."""
    for done in pool.run(call, tasks, INTERVAL):
        progress.update()
        if done is not None and done.result:
            raise SweepStopped(done.result)
        if done is not None and done.death:
            yield done


def after_death(store: Store, done: Done) -> list[list[Cell]]:
    """Give what is left of a pack in halves, so that a cell that kills its worker ends up alone; that one failed."""
    left = [cell for cell in done.task if not is_done(store, cell.signature)]
    if not left:
        return []
    if len(left) == 1:
        with store.locked([left[0].signature]):  # another sweep may be at it, or have done it
            if not is_done(store, left[0].signature):
                log.error("%s: failed, %s", left[0].signature, done.death)
                write_failure(store, left[0], f"training it failed: {done.death}")
        return []
    log.warning("a pack of %d cells is tried again in halves: %s", len(left), done.death)
    middle = len(left) // 2
    return [half for half in (left[:middle], left[middle:]) if half]
