"""A cell as the sweep sees it, and the stages of its training that it may share with others."""

import json
from dataclasses import asdict, dataclass, is_dataclass
from typing import Any

from omegaconf import DictConfig

from gls_sweep.config import CellConfig, checked_cell, identity, signature
from gls_sweep.config.cell import IDENTITY
from gls_sweep.config.loss.gls import AUTO
from gls_sweep.config.schedule import PhaseConfig


@dataclass(frozen=True)
class Cell:
    """One resolved configuration.

    Attributes
    ----------
    described : dict
        The configuration as plain data, names and paths included: what `config.yaml` and the record hold.
    signature : str
        Hash of what decides the outcome.
    """

    config: CellConfig
    described: dict[str, Any]
    signature: str

    @classmethod
    def from_config(cls, composed: DictConfig) -> "Cell":
        """Check a composed configuration; raises `UserError` with a line for each wrong node."""
        config = checked_cell(composed)
        return cls(config, {key: describe(getattr(config, key)) for key in IDENTITY}, signature(identity(config)))

    @property
    def stages(self) -> list["Stage"]:
        """The stages of its training, one a phase; the last one is the cell itself."""
        phases = self.config.schedule.phases
        shared = [Stage(self, index, prefix_signature(self, index)) for index in range(len(phases) - 1)]
        return [*shared, Stage(self, len(phases) - 1, self.signature)]

    @property
    def epochs(self) -> int:
        """Epochs of all phases."""
        return sum(phase.epochs for phase in self.config.schedule.phases.values())


@dataclass(frozen=True)
class Stage:
    """Training up to and including one phase; cells with the same signature share it."""

    cell: Cell
    index: int
    signature: str

    @property
    def phase(self) -> tuple[str, PhaseConfig]:
        """Its last phase, by name."""
        return list(self.cell.config.schedule.phases.items())[self.index]

    @property
    def loss(self) -> Any:
        """The loss of the phase: the phase's own, else the cell's."""
        return self.phase[1].loss or self.cell.config.loss

    @property
    def previous(self) -> "Stage":
        """The stage that it starts from; only where `index` is above 0."""
        return Stage(self.cell, self.index - 1, prefix_signature(self.cell, self.index - 1))

    @property
    def keep(self) -> str:
        """Which epoch's weights are handed on: what the next phase starts from."""
        following = list(self.cell.config.schedule.phases.values())[self.index + 1 : self.index + 2]
        return following[0].start if following else "last"


def prefix_signature(cell: Cell, index: int) -> str:
    """Hash what decides the training up to a phase: not the losses and phases that come later."""
    content = identity(cell.config)
    schedule = content.pop("schedule")
    loss = content.pop("loss")
    phases = schedule["phases"][: index + 1]
    losses = [phase["loss"] or loss for _, phase in phases]
    return signature([content, schedule["batch_size"], phases, losses, Stage(cell, index, "").keep])


def describe(value: Any) -> Any:
    """Give a checked node as plain data: what its checks made of what was typed, -1.0 of -1 for example."""
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value


def fields_of(node: Any) -> dict[str, Any]:
    """Give the fields of a configuration node, typed or not."""
    return dict(node) if isinstance(node, dict) else asdict(node)


def is_number(value: object) -> bool:
    """Whether a loss's parameter is a number of each replica's own, if need be one that is estimated."""
    return isinstance(value, float) or value == AUTO


def pack_key(cell: Cell) -> str:
    """Give what cells must share to train as one population: all but labels, seeds and the loss's numbers."""
    content = identity(cell.config)
    del content["noise"], content["seed"]
    own = {"estimator", "transition"}  # a replica's own, as its numbers
    content["loss"] = {k: None if k in own or is_number(value) else value for k, value in content["loss"].items()}
    return json.dumps([content, cell.config.device], sort_keys=True)
