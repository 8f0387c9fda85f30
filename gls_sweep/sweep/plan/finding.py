"""What a look at a cell before training finds."""

from dataclasses import dataclass
from typing import Any


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
    gpu_bytes : int or None
        Free memory of the GPU that it trains on.
    """

    problem: str | None
    noise: dict[str, Any]
    replica_bytes: int = 0
    pack_bytes: int = 0
    gpu_bytes: int | None = None
