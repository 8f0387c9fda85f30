"""Progress of a pack on disk, for whoever looks, on this machine or another."""

import json
import os
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any

from gls_sweep.files import owner, write_json
from gls_sweep.sweep.disk.store import Store
from gls_sweep.sweep.disk.tidy import is_left_over
from gls_sweep.sweep.plan.cells import Cell, Stage

INTERVAL = 0.5  # seconds between two beats


class Heartbeat:
    """Writes the progress of the pack that this process trains, and takes it away at the end."""

    def __init__(self, store: Store, cells: Sequence[Cell]) -> None:
        self._path = store.running / f"{owner()}.beat"
        self._who = {
            "cells": [cell.signature for cell in cells],
            "epochs": cells[0].epochs,
            "host": os.uname().nodename,
            "pid": os.getpid(),
            "job": job_id(),
        }
        self._first: tuple[float, int] | None = None  # time and epochs at the first beat
        self._last = 0.0

    def __enter__(self) -> "Heartbeat":
        self._write("starting", 0, 0, None)
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._path.unlink(missing_ok=True)

    def beat(self, stage: Stage, epoch: int) -> None:
        """Note an epoch, at most every half second."""
        if time.monotonic() - self._last >= INTERVAL:
            phases = list(stage.cell.config.schedule.phases.values())
            done = sum(phase.epochs for phase in phases[: stage.index]) + epoch
            self._write(stage.phase[0], epoch, done, self._speed(done))

    def _speed(self, done: int) -> float | None:
        """Give the epochs a second since the first beat, which may be far into the training."""
        self._first = self._first or (time.monotonic(), done)
        seconds, epochs = time.monotonic() - self._first[0], done - self._first[1]
        return epochs / seconds if epochs > 0 else None

    def _write(self, phase: str, epoch: int, epochs_done: int, speed: float | None) -> None:
        self._last = time.monotonic()
        now = {"phase": phase, "epoch": epoch, "epochs_done": epochs_done, "epochs_per_second": speed}
        write_json(self._path, self._who | now | {"time": time.time()})


def job_id() -> str | None:
    """Give the id of the SLURM or submitit job that this process is part of."""
    array, task = os.environ.get("SLURM_ARRAY_JOB_ID"), os.environ.get("SLURM_ARRAY_TASK_ID")
    if array and task:
        return f"{array}_{task}"
    return os.environ.get("SLURM_JOB_ID") or os.environ.get("SUBMITIT_LOCAL_JOB_ID")


def read_heartbeats(store: Store) -> list[dict[str, Any]]:
    """Read the progress of all packs under way, passing over those of dead processes."""
    beats = []
    for path in sorted(store.running.glob("*.beat")):
        if is_left_over(path):
            continue
        try:
            beats.append(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError):
            continue
    return [beat for beat in beats if isinstance(beat, dict) and "epochs_per_second" in beat]
