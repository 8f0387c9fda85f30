"""TensorBoard: a folder of events for each cell, named by its signature."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from pathlib import Path

from gls_sweep.loggers.recorded import RecordedCell

STATUS = "status.txt"


class TensorboardLogger:
    """Writes event files: metrics by epoch, parameters for the page of hyper-parameters.

    Parameters
    ----------
    folder : Path
        What `tensorboard --logdir` is given.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.place = str(folder)

    def logged(self) -> dict[str, str]:
        """Give the status of each cell that is logged, by its signature."""
        return {path.parent.name: path.read_text(encoding="utf-8") for path in self._folder.glob(f"*/{STATUS}")}

    def log(self, cell: RecordedCell) -> None:
        """Write a cell's folder beside its place and rename it into it."""
        place, beside = (self._folder / name for name in (cell.signature, f".{cell.signature}"))
        for old in (place, beside):
            shutil.rmtree(old, ignore_errors=True)
        write_run(beside, cell)
        beside.rename(place)


def write_run(folder: Path, cell: RecordedCell) -> None:
    """Write the events of a cell, and its status."""
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.plugins.hparams.summary_v2 import hparams_pb
    from tensorboard.summary.writer.event_file_writer import EventFileWriter

    now = time.time()
    writer = EventFileWriter(str(folder))
    parameters = cell.parameters | {"status": cell.status}
    writer.add_event(Event(wall_time=now, summary=hparams_pb(parameters, trial_id=cell.signature)))
    for step, metrics in enumerate(cell.history, start=1):
        writer.add_event(Event(wall_time=now, step=step, summary=scalars(metrics)))
    writer.add_event(Event(wall_time=now, step=cell.epochs, summary=scalars(cell.results)))
    writer.close()
    (folder / STATUS).write_text(cell.status, encoding="utf-8")


def scalars(values: Mapping[str, float]) -> object:
    """Make the summary of some numbers."""
    from tensorboard.compat.proto.summary_pb2 import Summary

    return Summary(value=[Summary.Value(tag=name, simple_value=value) for name, value in values.items()])
