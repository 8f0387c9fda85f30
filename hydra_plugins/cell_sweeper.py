"""The sweeper `cells`: all cells are checked before the first one trains, and reported on after the last."""

import itertools
from dataclasses import dataclass
from typing import Any

from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.config_store import ConfigStore
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.core.utils import JobStatus
from hydra.errors import HydraException
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig


@dataclass
class CellSweeperConf:
    """The fields of Hydra's basic sweeper."""

    _target_: str = "hydra_plugins.cell_sweeper.CellSweeper"
    max_batch_size: int | None = None
    params: dict[str, str] | None = None


ConfigStore.instance().store(group="hydra/sweeper", name="cells", node=CellSweeperConf, provider="gls_sweep")


class CellSweeper(BasicSweeper):
    """Calls a task function's `check`, `look` and `finish`; for one without them it is Hydra's basic sweeper."""

    def setup(self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig) -> None:
        """Keep the task function beside what Hydra keeps."""
        super().setup(hydra_context=hydra_context, task_function=task_function, config=config)
        self._task: Any = task_function
        self._loader, self._whole = hydra_context.config_loader, config

    def sweep(self, arguments: list[str]) -> Any:
        """Check all cells, launch them, report on them."""
        if not hasattr(self._task, "check"):
            return super().sweep(arguments)
        assert self.launcher is not None
        jobs = self._jobs(arguments)
        self._task.check(self._loader, self._whole, jobs)
        if self._task.preview():
            return []
        if not hasattr(self.launcher, "looks_first"):
            self._task.look()
        returns, first = [], 0
        for batch in self.split_overrides_to_chunks(jobs, self.max_batch_size):
            returns.append(self.launcher.launch(batch, initial_job_idx=first))
            first += len(batch)
        for result in itertools.chain.from_iterable(returns):
            if result.status is not JobStatus.COMPLETED:
                raise result._return_value  # what the job raised; `return_value` would raise it as Hydra's own mistake
        self._task.finish()
        return returns

    def _jobs(self, arguments: list[str]) -> list[list[str]]:
        """Give the overrides of every cell; each choice of options is swept as its own default parameters say."""
        parser = OverridesParser.create(config_loader=self._loader)
        jobs = []
        for choice in self._choices(parser.parse_overrides(arguments)):
            overrides = parser.parse_overrides([*self._defaults(choice), *arguments, *choice])
            jobs += self.split_arguments(overrides, None)[0]
        return jobs

    def _choices(self, overrides: list[Override]) -> list[list[str]]:
        """Give every combination of options that the command line asks for, `loss=ce,gls` for example."""
        groups = [override for override in overrides if self._loader.get_group_options(override.key_or_group)]
        swept = any(group.is_sweep_override() for group in groups)
        return self.split_arguments(groups, None)[0] if swept else [[]]

    def _defaults(self, choice: list[str]) -> list[str]:
        """Give the parameters that come with a choice of options; none where it does not compose: the check tells."""
        if not choice:
            return self._parse_config()
        try:
            composed = self._loader.load_sweep_config(self._whole, choice)
        except HydraException:
            return []
        return [f"{key}={values}" for key, values in composed.hydra.sweeper.params.items()]
