"""The sweeper `cells`: Hydra's basic sweeper, with a check before the first cell and a report after the last."""

from dataclasses import dataclass
from typing import Any

from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.config_store import ConfigStore


@dataclass
class CellSweeperConf:
    """The fields of Hydra's basic sweeper."""

    _target_: str = "hydra_plugins.cell_sweeper.CellSweeper"
    max_batch_size: int | None = None
    params: dict[str, str] | None = None


ConfigStore.instance().store(group="hydra/sweeper", name="cells", node=CellSweeperConf, provider="gls_sweep")


class CellSweeper(BasicSweeper):
    """Uses a task function's `check` before the launcher runs and its `finish` after; without them it is `basic`."""

    def setup(self, **context: Any) -> None:
        """Keep the task function beside what Hydra keeps."""
        super().setup(**context)
        self._task = context["task_function"]

    def validate_batch_is_legal(self, batch: Any) -> None:
        """Check all batches when the first one comes up."""
        if not hasattr(self._task, "check"):
            super().validate_batch_is_legal(batch)
        elif self.batch_index == 1:
            assert self.overrides is not None and self.hydra_context is not None
            jobs = [list(job) for batch in self.overrides for job in batch]
            self._task.check(self.hydra_context.config_loader, self.config, jobs)

    def sweep(self, arguments: list[str]) -> Any:
        """Sweep, then let the task function report on all cells."""
        returns = super().sweep(arguments)
        if hasattr(self._task, "finish"):
            self._task.finish()
        return returns
