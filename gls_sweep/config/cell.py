"""The configuration of one cell and of how a sweep runs."""

import re
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from omegaconf import MISSING

from gls_sweep.config.checks import require, require_one_of
from gls_sweep.config.cluster import ClusterConfig, JobsConfig
from gls_sweep.config.logger import LoggerConfig
from gls_sweep.config.schedule import ScheduleConfig

# What decides a cell's outcome; everything else only says where and how it runs.
IDENTITY = ("dataset", "noise", "model", "loss", "schedule", "seed", "precision")


EXECUTIONS = ("looped", "vmapped")  # that can be asked for


@dataclass
class LauncherConfig:
    """How the packed launcher runs a sweep.

    Nothing here changes a result, unless `exact` is switched off, or `execution` or `compile` are set: they change last
    bits, `vmapped` with the pack.
    """

    max_pack: int | None = None
    processes: int | None = None
    threads: int | None = None
    checkpoint_seconds: float = 30.0
    exact: bool = True
    execution: str = "auto"
    compile: bool = False
    wait: bool = True
    dry_run: bool = False

    def __post_init__(self) -> None:
        """Check the ranges."""
        for name in ("max_pack", "processes", "threads"):
            value = getattr(self, name)
            require(value is None or value >= 1, f"launcher.{name}", value, "null (automatic) or an integer above 0")
        require_one_of("launcher.execution", self.execution, ["auto", *EXECUTIONS])
        seconds = self.checkpoint_seconds
        require(seconds >= 0, "launcher.checkpoint_seconds", seconds, "a number of at least 0")


@dataclass
class CellConfig:
    """One cell: its identity first, then where and how it runs."""

    dataset: Any = MISSING
    noise: Any = MISSING
    model: Any = MISSING
    loss: Any = MISSING
    schedule: ScheduleConfig = MISSING
    seed: int = 0
    precision: str = "float32"
    sweep: str = MISSING
    results: str = "results"
    device: str = "auto"
    figures: list[str] = field(default_factory=lambda: ["heat_map", "accuracy_over_rate"])
    launcher: LauncherConfig = field(default_factory=LauncherConfig)
    cluster: ClusterConfig = MISSING
    logger: LoggerConfig = MISSING

    def __post_init__(self) -> None:
        """Check its own values, and the start policies that need validation data."""
        for key in VALUES:
            check_value(key, getattr(self, key))
        dataset = self.dataset if isinstance(self.dataset, dict) else vars(self.dataset)
        for name, phase in self.schedule.phases.items():
            allowed = "last or best where dataset.val_fraction is 0"
            held_out = dataset.get("val_fraction", 0) != 0
            require(held_out or phase.start != "val", f"schedule.phases.{name}.start", phase.start, allowed)
        waits = "true with cluster=local, whose processes end with the command"
        require(self.launcher.wait or self.jobs is not None, "launcher.wait", False, waits)

    @property
    def jobs(self) -> JobsConfig | None:
        """The cluster where packs train as jobs; None where they train in processes of the command itself."""
        return self.cluster if isinstance(self.cluster, JobsConfig) else None


VALUES = ("seed", "precision", "sweep", "results", "device")


def check_value(key: str, value: Any) -> None:
    """Check one of the values that a cell has beside its nodes."""
    if key == "seed":
        require(value >= 0, key, value, "an integer of at least 0")
    elif key == "precision":
        require_one_of(key, value, ["float32", "float64", "bfloat16"])
    elif key == "device":
        require(re.fullmatch(r"auto|cpu|cuda(:\d+)?", value) is not None, key, value, "auto, cpu, cuda or cuda:NUMBER")
    else:
        require(value != "", key, "''", "the name of a folder")
        inside = key != "sweep" or not (PurePath(value).is_absolute() or ".." in PurePath(value).parts)
        require(inside, key, value, "the name of a folder under results; results=FOLDER is for other places")
