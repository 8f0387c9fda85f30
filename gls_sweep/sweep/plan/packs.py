"""Groups cells into packs."""

import itertools
import math
from collections.abc import Sequence
from typing import TypeVar

from gls_sweep.sweep.plan.cells import Cell, pack_key

# On CPUs a stacked step costs least per replica at about this size: smaller packs pay more overhead, the working set of
# larger ones leaves the caches.
CPU_PACK = 32
T = TypeVar("T")


def group_cells(cells: Sequence[Cell]) -> list[list[Cell]]:
    """Group cells that may train as one population, those of one seed and one warm-up side by side."""
    ordered = sorted(cells, key=lambda cell: (pack_key(cell), cell.config.seed, cell.stages[0].signature))
    return [list(group) for _, group in itertools.groupby(ordered, key=pack_key)]


def cut_into_packs(cells: Sequence[T], most: int, processes: int) -> list[list[T]]:
    """Cut a group into packs of equal size, at most `most` cells each, a multiple of the number of processes."""
    count = math.ceil(len(cells) / most)
    if len(cells) >= processes:
        count = math.ceil(count / processes) * processes
    bounds = [len(cells) * index // count for index in range(count + 1)]
    return [list(cells[start:end]) for start, end in itertools.pairwise(bounds) if end > start]


def cut_by_stage(cells: Sequence[Cell], most: int, processes: int) -> list[list[Cell]]:
    """Cut a group between the stages that its cells share, to train these ahead of the packs, many of them at once.

    A pack has the cells of few warm-ups, which would train as a population of few. Nothing is to be trained ahead where
    no two cells share a stage, or where each process has one pack at most.
    """
    if len(cells[0].stages) == 1 or len(cells) <= most * processes:
        return []
    by_stage: dict[str, list[Cell]] = {}
    for cell in cells:
        by_stage.setdefault(cell.stages[-1].previous.signature, []).append(cell)
    shared = [own for own in by_stage.values() if len(own) > 1]
    parts = cut_into_packs(shared, most, processes) if shared else []
    return [list(itertools.chain.from_iterable(part)) for part in parts]


def most_replicas(replica_bytes: int, pack_bytes: int, memory: int, limit: int) -> int:
    """Give how many replicas fit into `memory` bytes, at least 1 and at most `limit`."""
    fitting = (memory - pack_bytes) // max(replica_bytes, 1)
    return max(1, min(limit, fitting))
