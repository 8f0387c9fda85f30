"""How a sweep is, from what lies on disk and what the cluster says of its jobs."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gls_sweep.results.statuses import read_statuses
from gls_sweep.sweep.disk.heartbeat import read_heartbeats
from gls_sweep.sweep.disk.planned import read_planned
from gls_sweep.sweep.disk.store import Store
from gls_sweep.sweep.jobs.states import states, why_ended
from gls_sweep.sweep.jobs.tasks import Task, read_tasks


@dataclass(frozen=True)
class Overview:
    """How a sweep is.

    Attributes
    ----------
    cells : dict of str to int
        How many cells are `finished`, `diverged`, `failed`, `running`, `queued` and `missing`; each counts once.
    packs : list of dict
        The heartbeats of packs under way, the last one's age in seconds as `age`.
    ended : list of str
        Why jobs have ended that left cells undone which nobody is at.
    at_work : bool
        Whether a sweep command is at it, which may be looking at data or making figures.
    seconds_left : float or None
        At the pace of the packs under way; None where that is not known.
    """

    cells: dict[str, int]
    packs: list[dict[str, Any]]
    ended: list[str]
    at_work: bool
    seconds_left: float | None


def overview(store: Store) -> Overview:
    """Look at a sweep."""
    recorded, planned = read_statuses(store.folder), read_planned(store)
    done = {name for name, status in recorded.items() if status != "failed"}
    packs = [beat | {"age": max(0.0, time.time() - beat["time"])} for beat in read_heartbeats(store)]
    running = {name for beat in packs for name in beat["cells"]} - done
    queued, ended = look_at_jobs(store, done | running)
    failed = recorded.keys() - done - running - queued
    missing = planned.keys() - recorded.keys() - running - queued
    counts = {"finished": 0, "diverged": 0} | Counter(recorded[name] for name in done)
    counts |= {"failed": len(failed), "running": len(running), "queued": len(queued), "missing": len(missing)}
    left = seconds_left(packs, done, {name: planned.get(name, 0) for name in queued | missing})
    return Overview(counts, packs, ended, store.is_anybody_at_work(), left)


def look_at_jobs(store: Store, settled: set[str]) -> tuple[set[str], list[str]]:
    """Give the cells that wait in jobs, and why jobs ended whose cells wait in no other."""
    tasks = [task for task in read_tasks(store) if not settled.issuperset(task.cells)]
    known = states(tasks)
    queued = {name for task in tasks if not known[task.id].ended for name in task.cells} - settled
    dead = [task for task in tasks if known[task.id].ended and not (settled | queued).issuperset(task.cells)]
    return queued, [why_ended(task, known[task.id]) for task in last_of_each(dead)]


def last_of_each(tasks: Sequence[Task]) -> list[Task]:
    """Keep, of tasks that had the same cells one after the other, the last."""
    return list({tuple(task.cells): task for task in tasks}.values())


def seconds_left(packs: Sequence[Mapping[str, Any]], done: set[str], queued: Mapping[str, int]) -> float | None:
    """Estimate the time until the cells that run and wait are done, at today's pace of all packs together."""
    left, pace = float(sum(queued.values())), 0.0
    for beat in packs:
        cells = sum(name not in done for name in beat["cells"])
        left += cells * (beat["epochs"] - beat["epochs_done"])
        pace += cells * (beat["epochs_per_second"] or 0.0)
    return left / pace if pace else None
