"""The task function that Hydra runs: one cell by itself, or all cells of a multirun together.

What trains or reports is imported where it is used, because `--help` and shell completion import this module.
"""

import math
import os
from collections.abc import Sequence
from typing import Any

from hydra.core.config_loader import ConfigLoader
from hydra.core.hydra_config import HydraConfig
from hydra.core.utils import JobReturn, JobStatus
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf

from gls_sweep.cli.leave import FAILURE, USER_ERROR, CellsFailed, leave, stopped
from gls_sweep.cli.plan import Jobs, Plan, plan_cells, require_writable
from gls_sweep.errors import SweepStopped, UserError
from gls_sweep.sweep.cells import Cell


class Train:
    """Trains cells. Called by Hydra with one configuration; the sweeper and the launcher use the other methods."""

    def __init__(self) -> None:
        self._plan: Plan = {}

    def __getstate__(self) -> dict[str, Any]:
        """Leave the plan behind: launchers that start processes send the task function along with every job."""
        return {"_plan": {}}

    def __call__(self, config: DictConfig) -> float | None:
        """Train one cell and give its accuracy on held-out noisy labels, for sweepers that optimise."""
        from gls_sweep.sweep.sweep import run_cell

        # Hydra would report what is raised here as the crash of a job.
        try:
            cell = Cell.from_config(config)
            require_writable([cell])
            run_cell(cell)
            if HydraConfig.get().mode == RunMode.RUN:
                from gls_sweep.cli.report import report

                report([cell])
        except UserError as error:
            leave(str(error), USER_ERROR)
        except CellsFailed as error:
            leave(str(error), FAILURE)
        except SweepStopped as error:
            leave(stopped(error), FAILURE)
        return value_of(cell)

    def check(self, loader: ConfigLoader, config: DictConfig, jobs: Jobs) -> None:
        """Compose and check every cell of a multirun; a `UserError` lists all that are wrong."""
        self._plan |= plan_cells(loader, config, jobs)
        require_writable(self._cells())

    def look(self) -> None:
        """Look at all data, labels and models here, before a launcher trains one cell after the other.

        Raises
        ------
        UserError
            With a line for each mistake.
        """
        from gls_sweep.sweep import worker
        from gls_sweep.sweep.local import examine
        from gls_sweep.sweep.process import prepare_process
        from gls_sweep.sweep.status import is_done
        from gls_sweep.sweep.sweep import store_of, threads_alone

        todo = [cell for cell in self._cells() if not is_done(store_of(cell), cell.signature)]
        if todo:
            prepare_process(threads_alone(todo[0]))
            examine(todo, lambda cells: map(worker.examine, cells))

    def many(self, loader: ConfigLoader, config: DictConfig, jobs: Jobs) -> list[JobReturn]:
        """Train cells of a multirun in packs; those of another sweeper than ours are checked first."""
        from gls_sweep.sweep.sweep import run_sweep

        if unseen := [job for job in jobs if tuple(job) not in self._plan]:
            self.check(loader, config, unseen)
        run_sweep([self._plan[tuple(job)] for job in jobs])
        hydra = OmegaConf.create({"hydra": config.hydra})
        return [CellReturn.of(self._plan[tuple(job)], job, hydra) for job in jobs]

    def finish(self) -> None:
        """Report on all cells of a multirun, whichever launcher ran them; raises `CellsFailed`."""
        from gls_sweep.cli.report import report

        report(self._cells())

    def _cells(self) -> list[Cell]:
        return list(self._plan.values())


class CellReturn(JobReturn):
    """What Hydra expects of one job; its `cfg` is made when it is asked for, which takes longer than all the rest."""

    cell: Cell

    @classmethod
    def of(cls, cell: Cell, overrides: Sequence[str], hydra: DictConfig) -> "CellReturn":
        """Tell Hydra of a cell that has been trained."""
        result = cls(list(overrides), None, hydra, os.getcwd(), "gls-sweep", JobStatus.COMPLETED)
        result.cell = cell
        result.return_value = value_of(cell)
        return result

    @property
    def cfg(self) -> DictConfig:
        """The cell's composed configuration, as its `config.yaml` has it."""
        return OmegaConf.create(self.cell.described)

    @cfg.setter
    def cfg(self, _: DictConfig | None) -> None:
        """Take no other."""


def value_of(cell: Cell) -> float | None:
    """Give a cell's accuracy on held-out noisy labels at its `val` epoch; None without any, NaN unless it finished."""
    from gls_sweep.record_file import read_record
    from gls_sweep.sweep.sweep import store_of

    record: dict[str, Any] = read_record(store_of(cell).record(cell.signature)) or {}
    if record.get("status") != "finished":
        return math.nan
    accuracy: float | None = record.get("policies", {}).get("val", {}).get("val_accuracy")
    return accuracy
