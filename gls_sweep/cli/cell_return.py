"""What Hydra is told of a cell that has been trained."""

import math
import os
from collections.abc import Callable, Sequence
from typing import Any

from hydra.core.utils import JobReturn, JobStatus
from omegaconf import DictConfig, OmegaConf, open_dict

from gls_sweep.sweep.plan.cells import Cell


class Lazy:
    """A field that is computed whenever it is asked for, whatever the dataclass around it assigns."""

    def __init__(self, compute: Callable[[Any], Any]) -> None:
        self._compute = compute

    def __get__(self, instance: Any, _: type) -> Any:
        return self if instance is None else self._compute(instance)

    def __set__(self, instance: Any, _: object) -> None:
        """Take nothing."""


class CellReturn(JobReturn):
    """A job as Hydra expects it; its parts are made when they are asked for, which takes longer than all the rest."""

    cell: Cell
    number: int
    sweep_config: DictConfig

    @classmethod
    def of(cls, cell: Cell, overrides: Sequence[str], sweep_config: DictConfig, number: int) -> "CellReturn":
        """Tell Hydra of a cell that has been trained."""
        result = cls(list(overrides), None, None, os.getcwd(), "gls-sweep", JobStatus.COMPLETED)
        result.cell, result.number, result.sweep_config = cell, number, sweep_config
        return result

    cfg = Lazy(lambda self: OmegaConf.create(self.cell.described))
    hydra_cfg = Lazy(lambda self: self.own_hydra())
    return_value = Lazy(lambda self: value_of(self.cell))

    def own_hydra(self) -> DictConfig:
        """Give Hydra's own configuration; several cells share a job of SLURM, so the job id is the cell's signature."""
        own = OmegaConf.create({"hydra": self.sweep_config.hydra})
        with open_dict(own):
            own.hydra.job.update(num=self.number, id=self.cell.signature)
        return own


def value_of(cell: Cell) -> float | None:
    """Give a cell's accuracy on held-out noisy labels at its `val` epoch; None without any, NaN unless it finished."""
    from gls_sweep.record_file import read_record
    from gls_sweep.sweep.sweep import store_of

    record: dict[str, Any] = read_record(store_of(cell).record(cell.signature)) or {}
    if record.get("status") != "finished":
        return math.nan
    accuracy: float | None = record.get("policies", {}).get("val", {}).get("val_accuracy")
    return accuracy
