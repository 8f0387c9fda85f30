"""Train packs of a sweep in this process and say where the time goes.

python -m benchmarks.engine_time PART PARTS WORD... trains every PARTS-th pack, from PART on, of `gls-sweep -m WORD...`.
"""

import functools
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from gls_sweep.sweep.work.process import prepare_process

Timed = dict[str, float]


def timed(times: Timed, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the seconds of each call to `times[name]`."""

    @functools.wraps(function)
    def run(*words: Any, **options: Any) -> Any:
        started = time.perf_counter()
        try:
            return function(*words, **options)
        finally:
            times[name] = times.get(name, 0.0) + time.perf_counter() - started

    return run


def main() -> None:
    """Print the seconds of each part as JSON."""
    part, parts, words = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    prepare_process(1)
    times: Timed = {}
    watch(times)
    packs = packs_of(words)[part::parts]
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        train(Path(folder), packs)
        times["all"] = time.perf_counter() - started
    print(json.dumps(times))


def watch(times: Timed) -> None:
    """Put clocks around the parts of the training loop."""
    from gls_sweep.training import data, looped, optimizers, phase, stacked

    for execution in (stacked.Stacked, looped.Looped):
        execution.backward = timed(times, "forward and backward", execution.backward)  # type: ignore[method-assign]
        execution.logits = timed(times, "forward of evaluations", execution.logits)  # type: ignore[method-assign]
    optimizers.Sgd.step = timed(times, "optimiser", optimizers.Sgd.step)  # type: ignore[method-assign]
    phase.PhaseRun.evaluate = timed(times, "evaluation", phase.PhaseRun.evaluate)  # type: ignore[method-assign]
    data.EpochBatches.batch = timed(times, "batches", data.EpochBatches.batch)  # type: ignore[method-assign]


def packs_of(words: Sequence[str]) -> list[list[Any]]:
    """Cut the cells of a sweep into packs as its workers train them."""
    from benchmarks.work import compose_cells
    from gls_sweep.sweep.plan.packs import CPU_PACK, cut_into_packs, group_cells

    return [pack for group in group_cells(compose_cells(words)) for pack in cut_into_packs(group, CPU_PACK, 2)]


def train(folder: Path, packs: Sequence[Sequence[Any]]) -> None:
    """Train packs one after the other, what they share ahead of them, without recording."""
    from gls_sweep.sweep.disk.store import Store
    from gls_sweep.sweep.plan.packs import CPU_PACK, cut_by_stage
    from gls_sweep.sweep.work.pack import PackTrainer

    def trainer(cells: Sequence[Any]) -> PackTrainer:
        return PackTrainer(Store(folder), cells[0], lambda stage, epoch: None)

    for part in cut_by_stage([cell for pack in packs for cell in pack], CPU_PACK, 1):
        trainer(part).reach([cell.stages[-1].previous for cell in part])
    for pack in packs:
        for _ in trainer(pack).train([cell.stages[-1] for cell in pack]):
            pass


if __name__ == "__main__":
    main()
