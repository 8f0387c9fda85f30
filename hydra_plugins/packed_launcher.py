"""The launcher `packed`: hands all cells of a multirun at once to a task function that can take them."""

from collections.abc import Sequence
from dataclasses import dataclass

from hydra._internal.core_plugins.basic_launcher import BasicLauncher
from hydra.core.config_store import ConfigStore
from hydra.core.utils import JobReturn, configure_log, setup_globals


@dataclass
class PackedLauncherConf:
    """Its settings are the application's own `launcher` keys."""

    _target_: str = "hydra_plugins.packed_launcher.PackedLauncher"


ConfigStore.instance().store(group="hydra/launcher", name="packed", node=PackedLauncherConf, provider="gls_sweep")


class PackedLauncher(BasicLauncher):
    """Runs a task function's `many` on all cells together; any other task function runs as under `basic`."""

    looks_first = True  # `many` looks at all data before it trains

    def launch(self, job_overrides: Sequence[Sequence[str]], initial_job_idx: int) -> Sequence[JobReturn]:
        """Give one `JobReturn` per cell, in order."""
        many = getattr(self.task_function, "many", None)
        if many is None:
            return super().launch(job_overrides, initial_job_idx)
        assert self.config is not None and self.hydra_context is not None
        setup_globals()
        configure_log(self.config.hydra.hydra_logging, self.config.hydra.verbose)
        returns: Sequence[JobReturn] = many(
            self.hydra_context.config_loader, self.config, job_overrides, initial_job_idx
        )
        return returns
