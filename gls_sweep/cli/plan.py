"""Composes and checks the cells of a multirun before any of them trains."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from hydra.core.config_loader import ConfigLoader
from omegaconf import DictConfig

from gls_sweep.config.cluster import JobsConfig
from gls_sweep.errors import UserError
from gls_sweep.sweep.cells import Cell
from gls_sweep.sweep.compose import Composer
from gls_sweep.sweep.foreign import require_ours

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
    return plan


def tell(problems: dict[int, list[str]], jobs: Jobs) -> str:
    """Give a line for each problem that all cells have, and one for each cell with problems of its own."""
    everywhere = set.intersection(*map(set, problems.values())) if len(problems) == len(jobs) else set()
    told = [line for line in next(iter(problems.values())) if line in everywhere]
    for number, lines in problems.items():
        if own := [line for line in lines if line not in everywhere]:
            told.append(f"cell {number} ({' '.join(jobs[number])}): {'; '.join(own)}")
    return "\n".join([*told, f"{len(problems)} of {len(jobs)} cells are wrong; nothing was trained"])


def require_here(cells: Iterable[Cell]) -> None:
    """Raise `UserError` for cells that are to train in jobs: only the launcher `packed` sends them there."""
    for cell in cells:
        if isinstance(cell.config.cluster, JobsConfig):
            name = cell.config.cluster.name
            raise UserError(f"cluster={name}: sends the packs of a sweep; add -m, and leave hydra/launcher at packed")


def require_writable(cells: Iterable[Cell]) -> None:
    """Raise `UserError` where a folder of results cannot be made or written to, or holds other things in our places."""
    for folder in {Path(cell.config.results) / cell.config.sweep for cell in cells}:
        nearest = next(path for path in (folder, *folder.parents) if path.exists())
        if not (nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)):
            raise UserError(f"results={nearest}: must be a folder that you may write to; give another, results=...")
        require_ours(folder)
