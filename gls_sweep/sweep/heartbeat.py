"""Progress of a pack on disk, for whoever looks, on this machine or another."""

import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from gls_sweep.files import owner, write_json
from gls_sweep.sweep.cells import Cell, Stage
from gls_sweep.sweep.store import Store

INTERVAL = 0.5  # seconds between two beats


class Heartbeat:
    """Writes the progress of the pack that this process trains, and takes it away at the end."""

    def __init__(self, store: Store, cells: Sequence[Cell]) -> None:
        self._cells = cells
        self._path = store.running / f"{owner()}.beat"
        self._last = 0.0

    def __enter__(self) -> "Heartbeat":
        self._write("starting", 0, 0)
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._path.unlink(missing_ok=True)

    def beat(self, stage: Stage, epoch: int) -> None:
        """Note an epoch, at most every half second."""
        if time.monotonic() - self._last >= INTERVAL:
            phases = list(stage.cell.config.schedule.phases.values())
            done = sum(phase.epochs for phase in phases[: stage.index]) + epoch
            self._write(stage.phase[0], epoch, done)

    def _write(self, phase: str, epoch: int, epochs_done: int) -> None:
        self._last = time.monotonic()
        content = {
            "cells": [cell.signature for cell in self._cells],
            "phase": phase,
            "epoch": epoch,
            "epochs_done": epochs_done,
            "host": os.uname().nodename,
            "pid": os.getpid(),
            "time": time.time(),
        }
        write_json(self._path, content)


def read_heartbeats(store: Store) -> list[dict[str, Any]]:
    """Read the progress of all packs under way; one that ends meanwhile is passed over."""
    return [content for path in sorted(store.running.glob("*.beat")) if (content := _read(path)) is not None]


def _read(path: Path) -> dict[str, Any] | None:
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content
