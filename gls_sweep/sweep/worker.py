"""What a worker process does: look at data and labels before anything trains, then train packs."""

from __future__ import annotations

import logging
import signal
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gls_sweep.errors import UserError
from gls_sweep.sweep.cells import Cell
from gls_sweep.sweep.heartbeat import Heartbeat
from gls_sweep.sweep.process import prepare_process
from gls_sweep.sweep.store import Store

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Finding:
    """What a look at one cell's data, labels, model and loss found.

    Attributes
    ----------
    problem : str or None
        One line a mistake; nothing trains where there is one.
    noise : dict
        What the record will say of the labels.
    replica_bytes, pack_bytes : int
        Estimated memory of each replica, and of a pack beside its replicas.
    """

    problem: str | None
    noise: dict[str, Any]
    replica_bytes: int = 0
    pack_bytes: int = 0


def start(threads: int) -> None:
    """Begin a worker process: Ctrl-C is its parent's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    prepare_process(threads)


def examine(cell: Cell) -> Finding:
    """Look at a cell's data, labels, model and losses, without training."""
    from gls_sweep.sweep.examine import examine_cell

    try:
        return examine_cell(cell)
    except UserError as problem:
        return Finding(str(problem), {})


def train_pack(folder: Path, cells: Sequence[Cell]) -> None:
    """Train and record the cells of a pack; what goes wrong becomes the record of those it concerns."""
    from gls_sweep.sweep.record import write_failure

    store = Store(folder)
    with Heartbeat(store, cells) as heartbeat:
        try:
            train_and_record(store, cells, heartbeat)
        except Exception as error:
            log.error("%s", traceback.format_exc())
            for cell in cells:
                if not store.record(cell.signature).exists():
                    write_failure(store, cell, f"{type(error).__name__}: {error}".partition("\n")[0])


def train_and_record(store: Store, cells: Sequence[Cell], heartbeat: Heartbeat) -> None:
    """Train the cells of a pack, recording each as it is done."""
    from gls_sweep.sweep.loading import describe_noise
    from gls_sweep.sweep.pack import PackTrainer
    from gls_sweep.sweep.record import write_cell

    trainer = PackTrainer(store, cells[0], heartbeat.beat)
    for stage, outcome, execution in trainer.train([cell.stages[-1] for cell in cells]):
        write_cell(store, stage.cell, outcome, describe_noise(stage.cell.config), execution)
