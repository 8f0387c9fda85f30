"""Says what a sweep would do, without doing it."""

from collections.abc import Iterator, Sequence

from gls_sweep.config.cluster import JobsConfig
from gls_sweep.sweep.disk.store import Store
from gls_sweep.sweep.jobs.states import under_way
from gls_sweep.sweep.plan.cells import Cell
from gls_sweep.sweep.plan.finding import Finding
from gls_sweep.sweep.plan.machine import plan_resources, plan_tasks
from gls_sweep.sweep.sweep import by_store, not_done
from gls_sweep.sweep.work.local import look_at, look_key, make_packs, on_cpu


def preview(cells: Sequence[Cell]) -> Iterator[str]:
    """Look at all data, labels and models, and tell in lines how many cells and packs would train, and their memory.

    Raises
    ------
    UserError
        With a line for each mistake.
    """
    for store, own in by_store(cells).items():
        todo = not_done(store, own)
        yield f"{store.folder}: {len(own)} cells, {len(own) - len(todo)} done, {len(todo)} to do"
        if todo:
            cluster = todo[0].config.jobs
            yield from preview_jobs(store, todo, cluster) if cluster else preview_here(todo)


def preview_here(cells: Sequence[Cell]) -> Iterator[str]:
    """Tell how cells would train in worker processes of this machine."""
    findings, resources = look_at(cells), plan_resources(cells[0].config, len(cells))
    packs = make_packs(cells, findings, resources)
    yield f"  {describe(packs)}; processes of this machine: {resources.processes}"
    yield memory(packs, findings)


def preview_jobs(store: Store, cells: Sequence[Cell], cluster: JobsConfig) -> Iterator[str]:
    """Tell how cells would train in jobs."""
    joined = {name for task in under_way(store) for name in task.cells}
    wanted = [cell for cell in cells if cell.signature not in joined]
    if len(wanted) < len(cells):
        yield f"  {len(cells) - len(wanted)} of these are in jobs already"
    if wanted:
        findings = look_at(on_cpu(wanted))
        packs = make_packs(wanted, findings, plan_tasks(wanted[0].config))
        at_once = min(len(packs), cluster.array_parallelism)
        yield f"  {describe(packs)}, each a task on cluster={cluster.name}, at most {at_once} at once"
        yield memory(packs, findings)


def describe(packs: Sequence[list[Cell]]) -> str:
    """Count packs and their cells."""
    sizes = {len(pack) for pack in packs}
    return f"packs: {len(packs)}, of {'-'.join(map(str, sorted({min(sizes), max(sizes)})))} cells"


def memory(packs: Sequence[list[Cell]], findings: dict[str, Finding]) -> str:
    """Estimate the memory of the largest pack."""
    largest = max(need(pack, findings[look_key(pack[0])]) for pack in packs)
    return f"  estimated memory: {largest / 2**20:,.0f} MiB for the largest pack, beside torch itself"


def need(pack: Sequence[Cell], finding: Finding) -> int:
    """Estimate a pack's memory in bytes."""
    return finding.pack_bytes + len(pack) * finding.replica_bytes
