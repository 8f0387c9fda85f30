"""Composes and checks the cells of a multirun before any of them trains."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from hydra.core.config_loader import ConfigLoader
from omegaconf import DictConfig

from gls_sweep.errors import SweepStopped, UserError
from gls_sweep.sweep.disk.foreign import require_ours
from gls_sweep.sweep.plan.cells import Cell
from gls_sweep.sweep.plan.compose import Composer

Jobs = Sequence[Sequence[str]]
Plan = dict[tuple[str, ...], Cell]


def plan_cells(loader: ConfigLoader, config: DictConfig, jobs: Jobs) -> Plan:
    """Compose and check all cells; a `UserError` lists all that are wrong."""
    composer, plan, problems = Composer(loader, config), {}, {}
    for number, overrides in enumerate(jobs):
        try:
            plan[tuple(overrides)] = composer.cell(overrides)
        except UserError as problem:
            problems[number] = str(problem).splitlines()
    if problems:
        raise UserError(tell(problems, jobs))
    require_one_way(plan.values())
    return plan


def require_one_way(cells: Iterable[Cell]) -> None:
    """Raise `UserError` where cells are to be run in different ways: a sweep runs as its first cell says."""
    first, *others = cells
    for name in ("cluster", "launcher", "logger", "figures"):
        if any(getattr(cell.config, name) != getattr(first.config, name) for cell in others):
            raise UserError(f"{name}: must be the same for all cells of a sweep; give its keys one value each")


def tell(problems: dict[int, list[str]], jobs: Jobs) -> str:
    """Give a line for each problem that all cells have, and one for cells that have the same problems of their own."""
    everywhere = set.intersection(*map(set, problems.values())) if len(problems) == len(jobs) else set()
    told = [line for line in next(iter(problems.values())) if line in everywhere]
    alike: dict[str, list[int]] = {}
    for number, lines in problems.items():
        if own := [line for line in lines if line not in everywhere]:
            alike.setdefault("; ".join(own), []).append(number)
    for text, numbers in alike.items():
        more = f" and {len(numbers) - 1} more" if len(numbers) > 1 else ""
        told.append(f"cell {numbers[0]} ({' '.join(jobs[numbers[0]])}){more}: {text}")
    return "\n".join([*told, f"{len(problems)} of {len(jobs)} cells are wrong; nothing was trained"])


def require_here(cells: Iterable[Cell]) -> None:
    """Raise `UserError` for cells that are to train in jobs: only the launcher `packed` sends them there."""
    for cell in cells:
        if jobs := cell.config.jobs:
            raise UserError(
                f"cluster={jobs.name}: sends the packs of a sweep; add -m, and leave hydra/launcher at packed"
            )


def require_writable(cells: Iterable[Cell]) -> None:
    """Look at the folders of results before anything trains.

    Raises
    ------
    UserError
        Where there is something else in the place of a folder or a file of ours.
    SweepStopped
        Where nothing can be written.
    """
    for folder in {Path(cell.config.results) / cell.config.sweep for cell in cells}:
        nearest = next(path for path in (folder, *folder.parents) if path.exists())
        if not nearest.is_dir():
            raise UserError(f"results={nearest}: must be a folder; give another, results=...")
        if not os.access(nearest, os.W_OK | os.X_OK):
            raise SweepStopped(f"results={nearest}: cannot be written to; open it, or give another folder, results=...")
        require_ours(folder)
