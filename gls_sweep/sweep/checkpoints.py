"""States of populations under way, found again by any of their members.

A restarted sweep may group its cells in other packs. A checkpoint is therefore cut along the replica axis, and each
part goes on where it was.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from gls_sweep.config import signature
from gls_sweep.sweep.store import load_tensors, map_tensors, save_tensors

State = dict[str, Any]


def checkpoint_path(folder: Path, members: Sequence[str]) -> Path:
    """Give the file of a population's state."""
    return folder / f"{signature(list(members))}.pt"


def save_checkpoint(folder: Path, members: Sequence[str], state: State) -> None:
    """Write a population's state; `members` are the signatures of its stages in replica order."""
    save_tensors(checkpoint_path(folder, members), {"members": list(members), "state": state})


def find_states(folder: Path, wanted: Sequence[str]) -> list[tuple[list[str], State | None]]:
    """Split stages into groups that can go on together, each with its state; None starts afresh."""
    groups: list[tuple[list[str], State | None]] = []
    left = list(wanted)
    for path in sorted(folder.glob("*.pt")):
        checkpoint = load_tensors(path)
        members = checkpoint["members"]
        found = [name for name in left if name in members]
        if found:
            groups.append((found, cut(checkpoint["state"], [members.index(name) for name in found])))
            left = [name for name in left if name not in found]
    return [*groups, (left, None)] if left else groups


def cut(state: State, replicas: list[int]) -> State:
    """Take some replicas out of a state: tensors along their first axis, lists by entry; a scalar serves all."""
    index = torch.tensor(replicas)
    part: State = map_tensors(state, lambda tensor: tensor[index] if tensor.dim() else tensor)
    return {key: [value[r] for r in replicas] if isinstance(value, list) else value for key, value in part.items()}
