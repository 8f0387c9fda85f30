"""Typed configuration of schedules: phases, optimisers, learning-rate plans."""

import itertools
from dataclasses import dataclass, field
from typing import Any

from omegaconf import MISSING

from gls_sweep.config.checks import (
    require,
    require_fraction,
    require_list,
    require_node,
    require_not_negative,
    require_one_of,
    require_positive,
)
from gls_sweep.config.marks import IGNORED, ORDERED

OPTIMIZERS = ("sgd", "adam", "adamw")
PLANS = ("constant", "cosine", "steps")
STARTS = ("last", "val", "best")


@dataclass
class OptimizerConfig:
    """SGD, Adam or AdamW; momentum and Nesterov belong to SGD, beta1 and beta2 to the other two."""

    name: str = "sgd"
    momentum: float = 0.0
    nesterov: bool = False
    weight_decay: float = 0.0
    beta1: float = 0.9
    beta2: float = 0.999

    def check(self, key: str) -> None:
        """Check the ranges and that no option is given that the optimiser would ignore."""
        require_one_of(f"{key}.name", self.name, OPTIMIZERS)
        require_fraction(f"{key}.momentum", self.momentum)
        require_fraction(f"{key}.beta1", self.beta1)
        require_fraction(f"{key}.beta2", self.beta2)
        require_not_negative(f"{key}.weight_decay", self.weight_decay)
        sgd = self.name == "sgd"
        require(sgd or self.momentum == 0, f"{key}.momentum", self.momentum, f"0 with {self.name}: it has beta1, beta2")
        require(sgd or not self.nesterov, f"{key}.nesterov", self.nesterov, f"false with {self.name}")
        require(not self.nesterov or self.momentum > 0, f"{key}.nesterov", self.nesterov, "false with momentum 0")
        for beta, default in (("beta1", 0.9), ("beta2", 0.999)):
            value = getattr(self, beta)
            require(not sgd or value == default, f"{key}.{beta}", value, f"{default} with sgd: it has momentum")


@dataclass
class LearningRateConfig:
    """The learning rate of each epoch: `start`, then constant, a cosine down to `final`, or steps by `factor`."""

    start: float = 0.1
    plan: str = "constant"
    milestones: list[int] = field(default_factory=list)
    factor: float = 0.1
    final: float = 0.0

    def check(self, key: str) -> None:
        """Check the ranges."""
        require_positive(f"{key}.start", self.start)
        require_one_of(f"{key}.plan", self.plan, PLANS)
        require_positive(f"{key}.factor", self.factor)
        require_not_negative(f"{key}.final", self.final)
        require_list(f"{key}.milestones", self.milestones)
        rising = all(low < high for low, high in itertools.pairwise([0, *self.milestones]))
        require(rising, f"{key}.milestones", self.milestones, "epochs above 0 in rising order")
        allowed = "epochs such as [40,80] with plan=steps" if self.plan == "steps" else f"[] with plan={self.plan}"
        require((self.plan == "steps") == bool(self.milestones), f"{key}.milestones", self.milestones, allowed)


@dataclass
class PhaseConfig:
    """A stretch of training with its own loss, optimiser and learning rate."""

    epochs: int = MISSING
    loss: Any = None
    start: str = "last"
    mixup: float = 0.0
    optimizer: OptimizerConfig = field(default_factory=OptimizerConfig)
    learning_rate: LearningRateConfig = field(default_factory=LearningRateConfig)

    def check(self, key: str) -> None:
        """Check the ranges."""
        require(self.epochs >= 1, f"{key}.epochs", self.epochs, "an integer of at least 1")
        require_one_of(f"{key}.start", self.start, STARTS)
        require_not_negative(f"{key}.mixup", self.mixup)
        given = f"null, for the cell's own, or a loss, chosen by +loss@{key}.loss=NAME"
        require(
            self.loss is None or not isinstance(self.loss, str | int | float | list), f"{key}.loss", self.loss, given
        )
        require_node(f"{key}.optimizer", self.optimizer, OptimizerConfig)
        require_node(f"{key}.learning_rate", self.learning_rate, LearningRateConfig)
        self.optimizer.check(f"{key}.optimizer")
        self.learning_rate.check(f"{key}.learning_rate")


@dataclass
class ScheduleConfig:
    """Phases in their order; each starts from the weights of the one before."""

    name: str = field(default=MISSING, metadata=IGNORED)
    batch_size: int = 128
    phases: dict[str, PhaseConfig] = field(default_factory=dict, metadata=ORDERED)

    def __post_init__(self) -> None:
        """Check the ranges, those of the phases here too, where their names are known."""
        require(self.batch_size >= 1, "schedule.batch_size", self.batch_size, "an integer of at least 1")
        require_node("schedule.phases", self.phases, dict)
        require(len(self.phases) > 0, "schedule.phases", self.phases, "at least one phase")
        for name, phase in self.phases.items():
            require_node(f"schedule.phases.{name}", phase, PhaseConfig)
            phase.check(f"schedule.phases.{name}")
        first, phase = next(iter(self.phases.items()))
        allowed = "last in the first phase, which starts from fresh weights"
        require(phase.start == "last", f"schedule.phases.{first}.start", phase.start, allowed)
