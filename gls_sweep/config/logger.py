"""Where else recorded cells are told of, beside the sweep's own folder."""

from dataclasses import dataclass

from gls_sweep.config.checks import require, require_one_of


@dataclass
class LoggerConfig:
    """Nowhere: the sweep's folder has everything."""

    name: str = "none"


@dataclass
class TensorboardConfig(LoggerConfig):
    """A folder for TensorBoard; None for `tensorboard` in the sweep's folder."""

    name: str = "tensorboard"
    folder: str | None = None

    def __post_init__(self) -> None:
        """Check the values."""
        require(self.folder != "", "logger.folder", "''", "the name of a folder, or null")


@dataclass
class MlflowConfig(LoggerConfig):
    """An MLflow server or file.

    Attributes
    ----------
    tracking_uri : str or None
        None for the SQLite file `mlflow.db` in the sweep's folder.
    experiment : str or None
        None for the sweep's name.
    """

    name: str = "mlflow"
    tracking_uri: str | None = None
    experiment: str | None = None

    def __post_init__(self) -> None:
        """Check the values."""
        for key in ("tracking_uri", "experiment"):
            require(getattr(self, key) != "", f"logger.{key}", "''", "a text, or null")


@dataclass
class WandbConfig(LoggerConfig):
    """Weights & Biases; in mode `offline` nothing leaves the machine until `wandb sync` is called."""

    name: str = "wandb"
    mode: str = "offline"
    project: str = "gls-sweep"
    entity: str | None = None
    folder: str | None = None

    def __post_init__(self) -> None:
        """Check the values."""
        require_one_of("logger.mode", self.mode, ["offline", "online"])
        require(self.project != "", "logger.project", "''", "the name of a project")
        require(self.folder != "", "logger.folder", "''", "the name of a folder, or null")


LOGGERS: dict[str, type[LoggerConfig]] = {
    "none": LoggerConfig,
    "tensorboard": TensorboardConfig,
    "mlflow": MlflowConfig,
    "wandb": WandbConfig,
}
