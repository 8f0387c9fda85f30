"""The task function that Hydra runs: one cell by itself, or all cells of a multirun together."""

import logging
from collections.abc import Sequence
from typing import Any

from hydra.core.config_loader import ConfigLoader
from hydra.core.hydra_config import HydraConfig
from hydra.core.utils import JobReturn, JobStatus
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf

from gls_sweep.cli.leave import USER_ERROR, leave
from gls_sweep.errors import UserError
from gls_sweep.sweep.cells import Cell
from gls_sweep.sweep.compose import Composer
from gls_sweep.sweep.status import read_record
from gls_sweep.sweep.sweep import run_cell, run_sweep, store_of

log = logging.getLogger(__name__)
Jobs = Sequence[Sequence[str]]


class CellFailed(Exception):
    """A cell could not be trained; the text is its record's."""


class Train:
    """Trains cells. Called by Hydra with one configuration; the sweeper and the launcher use the other methods."""

    def __init__(self) -> None:
        self._planned: dict[tuple[str, ...], tuple[DictConfig, Cell]] = {}

    def __call__(self, config: DictConfig) -> float | None:
        """Train one cell and give its accuracy on held-out noisy labels, for sweepers that optimise."""
        try:
            cell = Cell.from_config(config)
            run_cell(cell)
        except UserError as error:
            # Hydra would report it as the crash of a job.
            leave(str(error), USER_ERROR)
        if HydraConfig.get().mode == RunMode.RUN:
            from gls_sweep.cli.report import report

            report([cell])
        return value_of(cell)

    def check(self, loader: ConfigLoader, config: DictConfig, jobs: Jobs) -> None:
        """Compose and check every cell of a multirun; a `UserError` lists all that are wrong."""
        self._planned = dict(zip(map(tuple, jobs), compose_all(loader, config, jobs), strict=True))

    def many(self, config: DictConfig, jobs: Jobs) -> list[JobReturn]:
        """Train checked cells of a multirun in packs."""
        planned = [self._planned[tuple(overrides)] for overrides in jobs]
        run_sweep([cell for _, cell in planned])
        hydra = OmegaConf.create({"hydra": config.hydra})
        return [job_return(cell, task, overrides, hydra) for (task, cell), overrides in zip(planned, jobs, strict=True)]

    def finish(self) -> None:
        """Report on all cells of a multirun, whichever launcher ran them."""
        from gls_sweep.cli.report import report

        report([cell for _, cell in self._planned.values()])


def compose_all(loader: ConfigLoader, config: DictConfig, jobs: Jobs) -> list[tuple[DictConfig, Cell]]:
    """Compose and check all cells, listing all that are wrong at once."""
    composer, composed, problems = Composer(loader, config), [], []
    for number, overrides in enumerate(jobs):
        try:
            task = composer.compose(overrides)
            composed.append((task, Cell.from_config(task)))
        except UserError as problem:
            problems.append(f"cell {number} ({' '.join(overrides)}): {'; '.join(str(problem).splitlines())}")
    if problems:
        problems.append(f"{len(problems)} of {len(jobs)} cells are wrong; nothing was trained.")
        raise UserError("\n".join(problems))
    return composed


def job_return(cell: Cell, task: DictConfig, overrides: Sequence[str], hydra: DictConfig) -> JobReturn:
    """Give Hydra what it expects of one job."""
    result = JobReturn(overrides=list(overrides), cfg=task, hydra_cfg=hydra, task_name="gls-sweep")
    try:
        result.return_value, result.status = value_of(cell), JobStatus.COMPLETED
    except CellFailed as error:
        result.return_value, result.status = error, JobStatus.FAILED
    return result


def value_of(cell: Cell) -> float | None:
    """Give a cell's accuracy on held-out noisy labels at its `val` epoch, None where there is none."""
    record: dict[str, Any] = read_record(store_of(cell).record(cell.signature)) or {}
    if record.get("status") == "failed":
        raise CellFailed(record["error"])
    accuracy: float | None = record.get("policies", {}).get("val", {}).get("val_accuracy")
    return accuracy
