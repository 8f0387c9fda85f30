"""Trains a population through one phase, epoch by epoch."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from gls_sweep.config.schedule import PhaseConfig
from gls_sweep.data import Inputs
from gls_sweep.training.data import ReplicaData, SharedData
from gls_sweep.training.extras import Loss, extras_of
from gls_sweep.training.forward import Batch, Execution
from gls_sweep.training.learning_rate import learning_rate
from gls_sweep.training.memory import Memory
from gls_sweep.training.metrics import Tally, memorisation
from gls_sweep.training.mixup import mixed
from gls_sweep.training.optimizers import make_optimizer, named_state, restore_state
from gls_sweep.training.policies import CRITERIA
from gls_sweep.training.population import Population, StateDict, copy_tensors, select
from gls_sweep.training.slots import Slots
from gls_sweep.training.steps import Steps

Row = dict[str, Any]
EVALUATION_CHUNK = 512  # samples; a constant, because the size of a batch decides its last bits


@dataclass(frozen=True)
class Phase:
    """One phase as the engine sees it.

    Attributes
    ----------
    loss : callable
        From logits [B, K], labels [B], hyper-parameters and `gls_sweep.losses.EXTRAS` to per-sample losses [B].
    keep : str
        Which epoch's weights the phase hands on: `last`, `val` or `best`.
    """

    name: str
    config: PhaseConfig
    batch_size: int
    loss: Loss
    keep: str = "last"


class PhaseRun:
    """A population on its way through a phase.

    Attributes
    ----------
    epoch : int
        Epochs done.
    history : list of list of dict
        Each replica's rows, one an epoch; a diverged replica's rows end with its last finite epoch.
    diverged : list of int or None
        The epoch in which each replica's loss or weights became infinite or NaN.
    """

    def __init__(
        self, execution: Execution, population: Population, phase: Phase, data: SharedData, replicas: ReplicaData
    ) -> None:
        self._execution = execution
        self._population, self._phase, self._data, self._replicas = population, phase, data, replicas
        self._optimizer = make_optimizer(phase.config.optimizer, population.parameters.values())
        asked = extras_of(phase.loss)
        self._loss = mixed(phase.loss) if phase.config.mixup else phase.loss
        self._steps = Steps(data, replicas, asked, phase.name, phase.batch_size, phase.config.mixup)
        memory_shape = (len(replicas.seeds), len(data.train_inputs), data.num_classes)
        self._memory = Memory("memory" in asked, memory_shape, data.dtype, data.device)
        self._kept = {} if phase.keep == "last" else copy_tensors(population.tensors())
        self._kept_metric = torch.full((len(replicas.seeds),), -math.inf, dtype=torch.float64, device=data.device)
        self.backend = execution.name
        self.epoch = 0
        self.history: list[list[Row]] = [[] for _ in replicas.seeds]
        self.diverged: list[int | None] = [None for _ in replicas.seeds]
        self._frozen: list[StateDict | None] = [None for _ in replicas.seeds]

    def run(self) -> Iterator[int]:
        """Train to the end of the phase, giving each epoch when it is done."""
        while self.epoch < self._phase.config.epochs and None in self.diverged:
            rate = learning_rate(self._phase.config.learning_rate, self.epoch + 1, self._phase.config.epochs)
            self._optimizer.learning_rate = rate
            losses = self._train_epoch(self.epoch + 1)
            self.epoch += 1
            self._write_history(rate, losses)
            yield self.epoch

    def _train_epoch(self, epoch: int) -> Tensor:
        """Run one epoch, giving each replica's mean training loss [R]."""
        total = torch.zeros(len(self._replicas.seeds), dtype=torch.float64, device=self._data.device)
        steps = 0
        for step in self._steps.of_epoch(epoch):
            values = step.values | self._memory.rows(step.indices)
            self._population.zero_gradients()
            losses, memory = self._execution.backward(self._population, step.batch, step.labels, self._loss, values)
            self._optimizer.step()
            self._memory.put(step.indices, memory)
            total += losses.double()
            steps += 1
        return total / steps

    def _write_history(self, rate: float, losses: Tensor) -> None:
        """Evaluate the epoch, mark who diverged, keep the weights of who improved."""
        finite = losses.isfinite() & self._population.finite()
        metrics = {"train_loss": losses, **self.evaluate()}
        if self._phase.keep in CRITERIA:
            self._keep_improved(metrics[CRITERIA[self._phase.keep]], finite)
        columns = {name: values.tolist() for name, values in metrics.items()}
        for replica, still_finite in enumerate(finite.tolist()):
            if self.diverged[replica] is not None:
                continue
            if not still_finite:
                self.diverged[replica] = self.epoch
                self._frozen[replica] = select(self._population.tensors(), replica)
                continue
            row = {name: values[replica] for name, values in columns.items()}
            head = {"phase": self._phase.name, "epoch": self.epoch, "learning_rate": rate}
            self.history[replica].append(head | row)

    def _keep_improved(self, metric: Tensor, finite: Tensor) -> None:
        improved = finite & (metric > self._kept_metric)
        self._kept_metric = torch.where(improved, metric, self._kept_metric)
        for name, tensor in self._population.tensors().items():
            mask = improved.view(-1, *[1] * (tensor.dim() - 1))
            self._kept[name] = torch.where(mask, tensor, self._kept[name])

    def evaluate(self) -> dict[str, Tensor]:
        """Give the metrics of all splits, each [R]; validation labels are noisy, test labels are not."""
        data, replicas = self._data, self._replicas
        train, predictions = self._evaluate_split("train", data.train_inputs, replicas.train_labels)
        metrics = train | memorisation(predictions, replicas.train_labels, data.train_true)
        if len(data.val_inputs):
            metrics |= self._evaluate_split("val", data.val_inputs, replicas.val_labels)[0]
        test_labels = data.test_true.expand(len(replicas.seeds), -1)
        return metrics | self._evaluate_split("test", data.test_inputs, test_labels)[0]

    def _evaluate_split(self, split: str, inputs: Inputs, labels: Tensor) -> tuple[dict[str, Tensor], Tensor]:
        """Give a split's metrics and the predictions [R, N]."""
        tally = Tally.empty(len(labels), labels.device)
        predictions = []
        first = Slots.of([0] * len(labels), labels.device)
        for start in range(0, len(inputs), EVALUATION_CHUNK):
            chunk = slice(start, start + EVALUATION_CHUNK)
            batch = Batch(self._data.standardise(inputs[chunk], self._data.dtype).unsqueeze(0), first)
            logits = self._execution.logits(self._population, batch)
            predictions.append(tally.add(logits, labels[:, chunk]))
        return tally.metrics(split), torch.cat(predictions, 1)

    def handed_on(self, replica: int) -> StateDict:
        """Give the weights that a replica hands on; a diverged one's are those it diverged with."""
        weights = self._population.tensors() if self._phase.keep == "last" else self._kept
        return self._frozen[replica] or select(weights, replica)

    def state(self) -> dict[str, Any]:
        """Give everything that a run needs to go on from here; every tensor but Adam's step count is [R, ...]."""
        return {
            "epoch": self.epoch,
            "weights": self._population.tensors(),
            "optimizer": named_state(self._optimizer, list(self._population.parameters)),
            "kept": self._kept,
            "kept_metric": self._kept_metric,
            "memory": self._memory.tensors,
            "history": self.history,
            "diverged": self.diverged,
            "frozen": self._frozen,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from what `state` gave; draws need no restoring, they depend on seed, phase and epoch alone."""
        for name, tensor in self._population.tensors().items():
            tensor.copy_(state["weights"][name])
        restore_state(self._optimizer, list(self._population.parameters), state["optimizer"])
        self._kept = {name: tensor.to(self._data.device) for name, tensor in state["kept"].items()}
        self._kept_metric = state["kept_metric"].to(self._data.device)
        self._memory.tensors = {name: tensor.to(self._data.device) for name, tensor in state["memory"].items()}
        self._frozen = state["frozen"]
        self.epoch, self.history, self.diverged = state["epoch"], state["history"], state["diverged"]
