"""What losses have estimated for them, from the network of the phase before: smooth rate and transition matrix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from torch import nn

from gls_sweep.config.loss.assisted import ESTIMATED, TRUE
from gls_sweep.config.loss.base import DEFAULT_ESTIMATOR
from gls_sweep.config.loss.gls import AUTO
from gls_sweep.data import Inputs
from gls_sweep.errors import UserError
from gls_sweep.estimation import Estimate, estimate, implied_smooth_rate
from gls_sweep.noise import FloatArray, custom_matrix
from gls_sweep.sweep.disk.outcome import Outcome
from gls_sweep.sweep.plan.cells import Stage, fields_of
from gls_sweep.sweep.work.loading import (
    Source,
    bind_loss,
    draw_labels,
    load_source,
    split_hyperparameters,
    true_transition,
)
from gls_sweep.training.data import SharedData
from gls_sweep.training.extras import extras_of
from gls_sweep.training.predict import Outputs, predict

Positions = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Estimated:
    """An estimate and how it was made."""

    estimator: str
    of: Estimate

    @property
    def smooth_rate(self) -> float:
        """The smooth rate that the estimate implies."""
        return implied_smooth_rate(self.of.transition, self.of.clean_shares)

    def described(self, loss: Any) -> dict[str, Any]:
        """Give what a record says of it."""
        rate = {"smooth_rate": self.smooth_rate} if fields_of(loss).get("smooth_rate") == AUTO else {}
        found = {"transition": self.of.transition.tolist(), "clean_shares": self.of.clean_shares.tolist()}
        return {"estimator": self.estimator, "noise_rate": self.of.noise_rate, **rate, **found}


def needs_estimate(loss: Any) -> bool:
    """Whether a loss has something estimated for it."""
    fields = fields_of(loss)
    return fields.get("smooth_rate") == AUTO or fields.get("transition") == ESTIMATED


def estimate_for(
    stages: Sequence[Stage], starts: Mapping[str, Outcome], model: nn.Module, source: Source, data: SharedData
) -> dict[str, Estimated | UserError]:
    """Estimate what the losses of stages ask for, by the stage's signature; an error stands for one that cannot be."""
    found: dict[str, Estimated | UserError] = {}
    outputs: dict[str, Outputs] = {}
    for stage in (stage for stage in stages if needs_estimate(stage.loss)):
        previous, (inputs, positions) = stage.previous.signature, samples_for(stage, source, data)
        if previous not in outputs:
            weights = starts[stage.signature].weights
            outputs[previous] = predict(model, weights, inputs, data.standardise, data.precision, features=True)
        try:
            found[stage.signature] = _estimate(stage, outputs[previous], positions)
        except UserError as problem:
            found[stage.signature] = problem
    return found


def samples_for(stage: Stage, source: Source, data: SharedData) -> tuple[Inputs, Positions]:
    """Choose the samples that the network before a stage is asked about, and give their positions in the pool.

    A network that stopped early is asked about the samples it was trained on, which are many. One that was trained to
    the end has learnt wrong labels by heart: it is asked about the samples held out, where there are any.
    """
    memorised = stage.previous.keep == "last" and len(source.held_out) > 0
    return (data.val_inputs, source.held_out) if memorised else (data.train_inputs, source.kept)


def loss_values(stage: Stage, estimated: Estimated | None) -> dict[str, Any]:
    """Give what a stage's loss takes by name: its numbers, and the transition matrix [K, K] where it asks for one.

    Without an estimate a smooth rate of 0 and the identity stand in, for a look before anything trains.
    """
    fields = fields_of(stage.loss)
    values: dict[str, Any] = split_hyperparameters(stage.loss, estimated.smooth_rate if estimated else 0.0)[0]
    if "transition" in extras_of(bind_loss(stage)):
        values["transition"] = _transition(fields.get("transition", TRUE), stage, estimated)
    return values


def _transition(asked: Any, stage: Stage, estimated: Estimated | None) -> FloatArray:
    num_classes = load_source(stage.cell.config).dataset.num_classes
    if asked == ESTIMATED:
        return estimated.of.transition if estimated else np.eye(num_classes)
    if asked == TRUE:
        return true_transition(stage.cell.config)
    return custom_matrix(num_classes, asked, key="loss.transition")


def _estimate(stage: Stage, outputs: Outputs, positions: Positions) -> Estimated:
    config = stage.cell.config
    name = fields_of(stage.loss).get("estimator") or DEFAULT_ESTIMATOR
    labels = draw_labels(config).labels[positions]
    found = estimate(
        name, probabilities=outputs.probabilities, features=outputs.features, labels=labels, seed=config.seed
    )
    return Estimated(name, found)
