"""How far cells are, by the heartbeats of the packs under way."""

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gls_sweep.sweep.disk.heartbeat import read_heartbeats
from gls_sweep.sweep.disk.store import Store


@dataclass(frozen=True)
class Seen:
    """How far cells are.

    Attributes
    ----------
    cells : dict of str to int
        How many cells there are of each status; each counts once.
    epochs_done, epochs : int
        Epochs of all cells together; those of a cell that has a record count as done.
    packs : list of dict
        The heartbeats of packs under way, the last one's age in seconds as `age`.
    pace : float or None
        Epochs a second of all packs under way together; None where that is not known yet.
    """

    cells: dict[str, int]
    epochs_done: int
    epochs: int
    packs: list[dict[str, Any]]
    pace: float | None

    @property
    def seconds_left(self) -> float | None:
        """The time until the cells without a record are done, at the pace of the packs under way."""
        return (self.epochs - self.epochs_done) / self.pace if self.pace else None


def packs_under_way(store: Store) -> list[dict[str, Any]]:
    """Read the heartbeats of packs under way, each with its age in seconds."""
    return [beat | {"age": max(0.0, time.time() - beat["time"])} for beat in read_heartbeats(store)]


def advance(packs: Sequence[Mapping[str, Any]], running: Collection[str]) -> tuple[int, float | None]:
    """Give the epochs that running cells have behind them, and how many packs add a second, all together."""
    done, pace = 0, 0.0
    for beat in packs:
        cells = sum(name in running for name in beat["cells"])
        done += cells * beat["epochs_done"]
        pace += cells * (beat["epochs_per_second"] or 0.0)
    return done, pace or None
