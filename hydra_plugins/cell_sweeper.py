"""The sweeper `cells`: Hydra's basic sweeper, but every cell of the sweep is checked before the first one trains."""

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
    """Checks the cells through the task function's `check`, whatever the launcher; without one, as under `basic`."""

    def setup(self, **context: Any) -> None:
        """Keep the task function's check beside what Hydra keeps."""
        super().setup(**context)
        self.check = getattr(context["task_function"], "check", None)

    def validate_batch_is_legal(self, batch: Any) -> None:
        """Check all batches when the first one comes up."""
        if self.check is None:
            super().validate_batch_is_legal(batch)
        elif self.batch_index == 1:
            assert self.overrides is not None and self.hydra_context is not None and self.config is not None
            self.check(self.hydra_context.config_loader, self.config, [job for jobs in self.overrides for job in jobs])
