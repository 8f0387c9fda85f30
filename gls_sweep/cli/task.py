"""The task function that Hydra runs: one cell by itself, or all cells of a multirun together.

What trains or reports is imported where it is used, because `--help` and shell completion import this module.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from hydra.core.config_loader import ConfigLoader
from hydra.core.hydra_config import HydraConfig
from hydra.core.utils import JobReturn
from hydra.types import RunMode
from omegaconf import DictConfig

from gls_sweep.cli.cell_return import CellReturn, value_of
from gls_sweep.cli.figure_kinds import kinds_of
from gls_sweep.cli.leave import FAILURE, USER_ERROR, CellsFailed, leave, stopped
from gls_sweep.cli.plan import Jobs, Plan, plan_cells, require_here, require_writable
from gls_sweep.errors import SweepStopped, UserError
from gls_sweep.loggers.installed import require_installed
from gls_sweep.sweep.plan.cells import Cell


class Train:
    """Trains cells. Called by Hydra with one configuration; the sweeper and the launcher use the other methods."""

    def __init__(self) -> None:
        self._plan: Plan = {}
        self._reasons: dict[str, str] = {}

    def __getstate__(self) -> dict[str, Any]:
        """Leave the plan behind: launchers that start processes send the task function along with every job."""
        return {"_plan": {}, "_reasons": {}}

    def __call__(self, config: DictConfig) -> float | None:
        """Train one cell and give its accuracy on held-out noisy labels, for sweepers that optimise."""
        from gls_sweep.sweep.sweep import run_cell

        # Hydra would report what is raised here as the crash of a job.
        try:
            cell = Cell.from_config(config)
            require_writable([cell])
            require_installed(cell.config.logger)
            kinds_of(cell.config.figures)
            require_here([cell])
            if cell.config.launcher.dry_run:
                self._tell_plan([cell])
                return None
            if HydraConfig.get().mode != RunMode.RUN:
                run_cell(cell)
            else:
                with noted_command([cell]):
                    run_cell(cell)
                from gls_sweep.cli.report import report

                report([cell])
        except UserError as error:
            leave(str(error), USER_ERROR)
        except CellsFailed as error:
            leave(str(error), FAILURE)
        except (SweepStopped, OSError) as error:
            leave(stopped(error), FAILURE)
        return value_of(cell)

    def check(self, loader: ConfigLoader, config: DictConfig, jobs: Jobs) -> None:
        """Compose and check every cell of a multirun; a `UserError` lists all that are wrong."""
        self._plan |= plan_cells(loader, config, jobs)
        require_writable(self._cells())
        require_installed(self._cells()[0].config.logger)
        kinds_of(self._cells()[0].config.figures)

    def preview(self) -> bool:
        """Print what would run, where `launcher.dry_run` asks for that; tells whether it did."""
        asked = [cell for cell in self._cells() if cell.config.launcher.dry_run]
        if asked:
            self._tell_plan(self._cells())
        return bool(asked)

    def look(self) -> None:
        """Look at all data, labels and models here, before a launcher trains one cell after the other.

        Raises
        ------
        UserError
            With a line for each mistake.
        """
        from gls_sweep.sweep.sweep import by_store, not_done, threads_alone
        from gls_sweep.sweep.work import worker
        from gls_sweep.sweep.work.local import examine
        from gls_sweep.sweep.work.process import prepare_process

        require_here(self._cells())
        todo = [cell for store, own in by_store(self._cells()).items() for cell in not_done(store, own)]
        if todo:
            prepare_process(threads_alone(todo[0]))
            with noted_command(self._cells()):
                examine(todo, lambda cells: map(worker.examine, cells))

    def many(self, loader: ConfigLoader, config: DictConfig, jobs: Jobs, first: int) -> list[JobReturn]:
        """Train cells of a multirun in packs; those of another sweeper than ours are checked first.

        Raises
        ------
        JobsGoOn
            Where they train in jobs that nobody is to wait for.
        """
        from gls_sweep.cli.prefetch import prefetch
        from gls_sweep.loggers.follow import following
        from gls_sweep.sweep.sweep import run_sweep, signatures_by_store

        if unseen := [job for job in jobs if tuple(job) not in self._plan]:
            self.check(loader, config, unseen)
        if not self.preview():
            cells = [self._plan[tuple(job)] for job in jobs]
            with noted_command(cells), following(signatures_by_store(cells), cells[0].config.logger):
                self._reasons |= run_sweep(cells, meanwhile=prefetch)
        return [CellReturn.of(self._plan[tuple(job)], job, config, first + number) for number, job in enumerate(jobs)]

    def finish(self) -> None:
        """Report on all cells of a multirun, whichever launcher ran them; raises `CellsFailed`."""
        from gls_sweep.cli.report import report

        report(self._cells(), self._reasons)

    def _tell_plan(self, cells: list[Cell]) -> None:
        from gls_sweep.sweep.preview import preview

        for line in preview(cells):
            print(line)

    def _cells(self) -> list[Cell]:
        return list(self._plan.values())


@contextmanager
def noted_command(cells: Sequence[Cell]) -> Iterator[None]:
    """Note the command line in the folders of these cells, unless a mistake keeps them from training."""
    from gls_sweep.sweep.disk.commands import note_command
    from gls_sweep.sweep.sweep import by_store

    begun, is_wrong = datetime.now(UTC), False
    try:
        yield
    except UserError:
        is_wrong = True
        raise
    finally:
        for store in () if is_wrong else by_store(cells):
            note_command(store, sys.argv[1:], begun)
