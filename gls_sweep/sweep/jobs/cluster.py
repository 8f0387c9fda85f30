"""Trains a sweep's packs in jobs, each pack in a task of its own, and waits for them."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping, Sequence

from gls_sweep.config.cluster import JobsConfig
from gls_sweep.errors import JobsGoOn
from gls_sweep.sweep.disk.planned import note_planned
from gls_sweep.sweep.disk.status import undone
from gls_sweep.sweep.disk.store import SUBMITTING, Store
from gls_sweep.sweep.jobs.states import ENDED, died, under_way, why_ended
from gls_sweep.sweep.jobs.submit import submit
from gls_sweep.sweep.jobs.tasks import Task, told
from gls_sweep.sweep.plan.cells import Cell
from gls_sweep.sweep.plan.finding import Finding
from gls_sweep.sweep.plan.machine import plan_tasks
from gls_sweep.sweep.work.local import look_at, make_packs, on_cpu
from gls_sweep.sweep.work.progress import Progress

log = logging.getLogger(__name__)
LOOK, ASK = 2.0, 10.0  # seconds between two looks at the disk, between two questions to SLURM
SETTLE = 10.0  # seconds that tasks have to end after their last record
ByStore = Mapping[Store, list[Cell]]


def run_in_jobs(cells: ByStore, cluster: JobsConfig) -> dict[str, str]:
    """Submit the cells that no job is at, and wait for all.

    Returns
    -------
    dict of str to str
        Why cells have no record in the end, by signature.

    Raises
    ------
    JobsGoOn
        Without waiting, where `launcher.wait` is false.
    KeyboardInterrupt
        With a text that says which jobs go on.
    UserError
        With a line for each mistake that only the data show, or where the cluster refuses the jobs.
    """
    everything = [cell for own in cells.values() for cell in own]
    reasons: dict[str, str] = {}
    try:
        findings = look_at(on_cpu(everything))
        tasks = {store: join_or_submit(store, own, findings, cluster) for store, own in cells.items()}
        if not everything[0].config.launcher.wait:
            raise JobsGoOn(f"{told_in(cells)}; gls-results status shows how they are")
        for store, own in cells.items():
            reasons |= wait(store, own, tasks[store])
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"{told_in(cells)}; the same command joins them again") from None
    return reasons


def told_in(stores: Iterable[Store]) -> str:
    """Say which jobs go on in the folders of sweeps and how to cancel them."""
    going = [task for store in stores for task in under_way(store)]
    return told(going) if going else "no jobs are under way"


def join_or_submit(
    store: Store, cells: Sequence[Cell], findings: Mapping[str, Finding], cluster: JobsConfig
) -> list[Task]:
    """Give the tasks that have these cells, after submitting those that nobody has done or is at."""
    with store.locked([SUBMITTING]):  # of two commands at once, the second finds the jobs of the first
        left = set(undone(store, [cell.signature for cell in cells]))
        tasks = [task for task in under_way(store) if not left.isdisjoint(task.cells)]
        joined = {signature for task in tasks for signature in task.cells}
        wanted = [cell for cell in cells if cell.signature in left - joined]
        for cell in wanted:
            store.record(cell.signature).unlink(missing_ok=True)  # of an earlier failure, or damaged
        if wanted:
            tasks += submit(store, cluster, make_packs(wanted, findings, plan_tasks(wanted[0].config)))
    note_planned(store, cells)
    log.info("%s: %d cells submitted, %d are in jobs already", store.folder, len(wanted), len(left & joined))
    return tasks


def wait(store: Store, cells: Sequence[Cell], tasks: Sequence[Task]) -> dict[str, str]:
    """Wait until all cells have a record or their tasks have ended; says why cells have none."""
    going, asked = list(tasks), time.monotonic()
    reasons: dict[str, str] = {}
    with Progress(store, cells) as progress:
        while going and progress.left:
            time.sleep(LOOK)
            progress.update()
            ended = {task.id: ENDED for task in going if task.has_result}
            if time.monotonic() - asked >= ASK:
                ended |= died(going)
                asked = time.monotonic()
            for task in [task for task in going if task.id in ended]:
                reasons |= dict.fromkeys(task.cells, why_ended(task, ended[task.id]))
                going.remove(task)
    let_end(going)
    return {name: reason for name, reason in reasons.items() if name in progress.left}


def let_end(tasks: Sequence[Task]) -> None:
    """Give tasks whose cells are recorded some time to end."""
    deadline = time.monotonic() + SETTLE
    while time.monotonic() < deadline and not all(task.has_result for task in tasks):
        time.sleep(0.2)
