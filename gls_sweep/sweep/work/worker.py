"""What a worker process does: look at data and labels before anything trains, then train packs."""

from __future__ import annotations

import gc
import logging
import signal
import traceback
from collections.abc import Sequence
from pathlib import Path

from gls_sweep.errors import UserError
from gls_sweep.sweep.disk.heartbeat import Heartbeat
from gls_sweep.sweep.disk.status import is_done
from gls_sweep.sweep.disk.store import Store
from gls_sweep.sweep.plan.cells import Cell, fields_of
from gls_sweep.sweep.plan.finding import Finding
from gls_sweep.sweep.work.process import prepare_process

log = logging.getLogger(__name__)
OUT_OF_MEMORY = "out of memory, even for this one cell alone"


def start(threads: int) -> None:
    """Begin a worker process; it leaves Ctrl-C to its parent, as it does signals of a cluster, which are blocked."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.basicConfig(format="%(message)s", level=logging.INFO)
    prepare_process(threads)


def examine(cell: Cell) -> Finding:
    """Look at a cell's data, labels, model and losses, without training."""
    from gls_sweep.sweep.work.examine import examine_cell

    try:
        return examine_cell(cell)
    except UserError as problem:
        return Finding(str(problem), {})
    except Exception as error:
        log.debug("%s", traceback.format_exc())
        names = [fields_of(node).get("name") for node in (cell.config.dataset, cell.config.noise, cell.config.model)]
        reason = f"{type(error).__name__}: {error}".partition("\n")[0]
        return Finding(f"dataset={names[0]}, noise={names[1]}, model={names[2]}: cannot be set up ({reason})", {})


def train_pack(folder: Path, cells: Sequence[Cell]) -> str | None:
    """Train and record the cells of a pack; those that another process is at are waited for.

    Returns
    -------
    str or None
        Why the whole sweep cannot go on, a full disk for example.
    """
    store, left = Store(folder), list(cells)
    try:
        while left:
            with store.claimed([cell.signature for cell in left]) as mine:
                own = [cell for cell in left if cell.signature in mine]
                train_or_halve(store, [cell for cell in own if not is_done(store, cell.signature)])
            left = [cell for cell in left if cell.signature not in mine]
            if left and not own:
                with store.locked([left[0].signature]):
                    log.debug("%s is free now", left[0].signature)
    except OSError as error:
        return tell(error, folder)
    return None


def train_shared(folder: Path, cells: Sequence[Cell]) -> str | None:
    """Train the stages that cells share ahead of their packs; gives what `train_pack` gives.

    What else goes wrong, memory that does not suffice for example, comes up again when the cells are trained, which
    takes fewer at once.
    """
    from gls_sweep.sweep.work.pack import PackTrainer

    try:
        with Heartbeat(Store(folder), cells) as heartbeat:
            trainer = PackTrainer(Store(folder), cells[0], heartbeat.beat)
            trainer.reach([cell.stages[-1].previous for cell in cells])
    except OSError as error:
        return tell(error, folder)
    except Exception:
        log.debug("%s", traceback.format_exc())
        free_memory()
    return None


def tell(error: OSError, folder: Path) -> str:
    """Say what keeps files from being written or read."""
    return f"{error.filename or folder}: {error.strerror or error}"


def train_or_halve(store: Store, cells: Sequence[Cell]) -> None:
    """Train cells as one pack, or as two halves where memory does not suffice; other errors become records."""
    from gls_sweep.sweep.disk.record import write_failure

    if not cells:
        return
    error = attempt(store, cells)
    left = [cell for cell in cells if error and not is_done(store, cell.signature)]
    if error == OUT_OF_MEMORY and len(left) > 1:
        log.warning("a pack of %d cells does not fit into memory; trying it in two halves", len(left))
        free_memory()
        for half in (left[: len(left) // 2], left[len(left) // 2 :]):
            train_or_halve(store, half)
        return
    for cell in left:
        write_failure(store, cell, error)


def attempt(store: Store, cells: Sequence[Cell]) -> str:
    """Train and record cells as one pack; gives what went wrong as text, because an error would hold on to tensors."""
    for cell in cells:
        store.record(cell.signature).unlink(missing_ok=True)  # of an earlier failure, or damaged
    try:
        with Heartbeat(store, cells) as heartbeat:
            train_and_record(store, cells, heartbeat)
    except OSError:
        raise
    except Exception as error:
        if type(error).__name__ == "UncompletedJobError":
            raise  # submitit's launchers end a job by it, in the middle of anything; the cell did not fail
        if is_out_of_memory(error):
            return OUT_OF_MEMORY
        log.error("%s", traceback.format_exc())
        return f"{type(error).__name__}: {error}".partition("\n")[0]
    return ""


def free_memory() -> None:
    """Give back what nobody uses any more, on the GPU too."""
    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def is_out_of_memory(error: Exception) -> bool:
    """Whether torch or Python ran out of memory, on a GPU or on this machine."""
    named = any(kind.__name__ == "OutOfMemoryError" for kind in type(error).__mro__)
    return named or isinstance(error, MemoryError) or "can't allocate memory" in str(error)


def train_and_record(store: Store, cells: Sequence[Cell], heartbeat: Heartbeat) -> None:
    """Train the cells of a pack, recording each as it is done."""
    from gls_sweep.sweep.disk.record import write_cell
    from gls_sweep.sweep.work.loading import describe_noise
    from gls_sweep.sweep.work.pack import PackTrainer

    trainer = PackTrainer(store, cells[0], heartbeat.beat)
    for stage, outcome, execution in trainer.train([cell.stages[-1] for cell in cells]):
        write_cell(store, stage.cell, outcome, describe_noise(stage.cell.config), execution)
