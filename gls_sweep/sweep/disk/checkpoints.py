"""States of populations under way, found again by any of their members.

A restarted sweep may group its cells in other packs. A checkpoint is therefore cut along the replica axis, and each
part goes on where it was.
"""

import contextlib
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from gls_sweep.config import signature
from gls_sweep.sweep.disk.sealed import STATES, Damaged, read_about, read_sealed, write_sealed

log = logging.getLogger(__name__)
State = dict[str, Any]


def checkpoint_path(folder: Path, members: Sequence[str]) -> Path:
    """Give the file of a population's state."""
    return folder / f"{signature(list(members))}.pt"


def save_checkpoint(folder: Path, members: Sequence[str], state: State) -> None:
    """Write a population's state; `members` are the signatures of its stages in replica order."""
    write_sealed(checkpoint_path(folder, members), list(members), state)


def find_states(folder: Path, wanted: Sequence[str]) -> list[tuple[list[str], State | None]]:
    """Split stages into groups that can go on together, each with its state; None starts afresh."""
    groups: list[tuple[list[str], State | None]] = []
    left = list(wanted)
    for path in newest_first(folder):
        try:
            members = read_about(path)
            found = [name for name in left if name in members]
            if found:
                groups.append((found, cut(read_sealed(path), [members.index(name) for name in found])))
                left = [name for name in left if name not in found]
        except FileNotFoundError:
            continue  # another process has finished it
        except Damaged as damage:
            log.warning("%s; its cells train from their start again", damage)
            path.unlink(missing_ok=True)
    return [*groups, (left, None)] if left else groups


def newest_first(folder: Path) -> list[Path]:
    """List the states, the newest first: of two that hold the same stage it is the further one."""
    times: dict[Path, int] = {}
    for path in folder.glob(STATES):
        with contextlib.suppress(FileNotFoundError):
            times[path] = path.stat().st_mtime_ns
    return sorted(times, key=lambda path: (-times[path], path))


def cut(state: State, replicas: list[int]) -> State:
    """Take some replicas out of a state: tensors along their first axis, lists by entry; a scalar serves all."""
    index = torch.tensor(replicas)
    part: State = map_tensors(state, lambda tensor: tensor[index] if tensor.dim() else tensor)
    return {key: [value[r] for r in replicas] if isinstance(value, list) else value for key, value in part.items()}


def map_tensors(tree: Any, change: Callable[[Tensor], Tensor]) -> Any:
    """Apply a function to every tensor in nested dicts; other leaves stay."""
    if isinstance(tree, dict):
        return {key: map_tensors(value, change) for key, value in tree.items()}
    return change(tree) if isinstance(tree, Tensor) else tree
