"""What a logger can do, and which there are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from gls_sweep.config.logger import LoggerConfig, MlflowConfig, TensorboardConfig, WandbConfig

if TYPE_CHECKING:
    from gls_sweep.loggers.recorded import RecordedCell


class Logger(Protocol):
    """Keeps a run for each cell, told by the cell's signature."""

    @property
    def place(self) -> str:
        """Where the runs are, for a message."""

    def logged(self) -> dict[str, str]:
        """Give the status of each cell that is logged in full, by its signature."""

    def log(self, cell: RecordedCell) -> None:
        """Make a cell's run, in place of one that there is already."""


def open_logger(config: LoggerConfig, folder: Path) -> Logger:
    """Open the logger of a sweep's folder; raises `ValueError` for `none`, which is no logger."""
    if isinstance(config, TensorboardConfig):
        from gls_sweep.loggers.tensorboard import TensorboardLogger

        return TensorboardLogger(Path(config.folder or folder / "tensorboard"))
    if isinstance(config, MlflowConfig):
        from gls_sweep.loggers.mlflow import MlflowLogger

        return MlflowLogger(config, folder)
    if isinstance(config, WandbConfig):
        from gls_sweep.loggers.wandb import WandbLogger

        return WandbLogger(config, folder)
    raise ValueError(f"logger={config.name}: nothing to open")
