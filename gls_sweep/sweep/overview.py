"""How a sweep is, from what lies on disk and what the cluster says of its jobs."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gls_sweep.results.statuses import read_statuses
from gls_sweep.sweep.disk.planned import read_planned
from gls_sweep.sweep.disk.store import Store
from gls_sweep.sweep.jobs.states import states, why_ended
from gls_sweep.sweep.jobs.tasks import Task, read_tasks
from gls_sweep.sweep.seen import Seen, advance, packs_under_way


@dataclass(frozen=True)
class Overview(Seen):
    """How a sweep is, seen from outside.

    The statuses of its cells are `finished`, `diverged`, `failed`, `running`, `queued` and `missing`.

    Attributes
    ----------
    ended : list of str
        Why jobs have ended that left cells undone which nobody is at.
    at_work : bool
        Whether a sweep command is at it, which may be looking at data or making figures.
    """

    ended: list[str]
    at_work: bool


def overview(store: Store) -> Overview:
    """Look at a sweep."""
    recorded, planned = read_statuses(store.folder), read_planned(store)
    done = {name for name, status in recorded.items() if status != "failed"}
    packs = packs_under_way(store)
    running = {name for beat in packs for name in beat["cells"]} - done
    queued, ended = look_at_jobs(store, done | running)
    failed = recorded.keys() - done - running - queued
    missing = planned.keys() - recorded.keys() - running - queued
    counts = {"finished": 0, "diverged": 0} | Counter(recorded[name] for name in done)
    counts |= {"failed": len(failed), "running": len(running), "queued": len(queued), "missing": len(missing)}
    epochs = epochs_of(packs, planned)
    trained = sum(epochs.values()) - sum(epochs.get(name, 0) for name in running | queued | missing)
    under_way, pace = advance(packs, running)
    return Overview(counts, trained + under_way, sum(epochs.values()), packs, pace, ended, store.is_anybody_at_work())


def epochs_of(packs: Sequence[Mapping[str, Any]], planned: Mapping[str, int]) -> dict[str, int]:
    """Give the epochs of all cells planned or under way, which may be another sweep's."""
    return {name: beat["epochs"] for beat in packs for name in beat["cells"]} | dict(planned)


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
