"""The steps of an epoch: what each of them feeds to the model and to the loss."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor

from gls_sweep.training.data import EpochBatches, ReplicaData, SharedData
from gls_sweep.training.extras import EpochExtras, Values, label_shares
from gls_sweep.training.forward import Batch
from gls_sweep.training.mixup import Mixing, mixed_values
from gls_sweep.training.randomness import stream_seed


@dataclass(frozen=True)
class Step:
    """One optimiser step.

    Attributes
    ----------
    indices, labels : Tensor
        [R, B] which training samples, and their given labels.
    values : dict of str to Tensor
        [R, ...] what the loss takes by keyword.
    """

    batch: Batch
    indices: Tensor
    labels: Tensor
    values: Values


class Steps:
    """Makes the steps of a population in one phase.

    Parameters
    ----------
    asked : set of str
        The extras that the loss asks for.
    mixup : float
        Both parameters of the Beta distribution that mixing weights are drawn from; 0 mixes nothing.
    """

    def __init__(
        self, data: SharedData, replicas: ReplicaData, asked: frozenset[str], phase: str, batch_size: int, mixup: float
    ) -> None:
        self._data, self._replicas, self._asked = data, replicas, asked
        self._phase, self._batch_size, self._mixup = phase, batch_size, mixup
        self._seeds = replicas.distinct_seeds
        self._slots = replicas.slots
        self._fixed = dict(replicas.hyperparameters)
        if "label_shares" in asked:
            self._fixed["label_shares"] = label_shares(replicas.train_labels, data.num_classes, data.dtype)

    def of_epoch(self, epoch: int) -> Iterator[Step]:
        """Draw an epoch's order, augmentation and extras from the seeds, and give its steps."""
        of = (self._phase, epoch)
        batches = EpochBatches(self._data, self._seeds, self._batch_size, *of)
        extras = EpochExtras(self._asked, self._data, self._replicas, *of)
        mixing = Mixing(self._mixup, self._seeds, len(batches), *of) if self._mixup else None
        for step in range(len(batches)):
            where, order, inputs = batches.batch(step)
            indices = order[self._slots.index]
            labels = self._replicas.train_labels.gather(1, indices)
            values = self._fixed | extras.values(where, labels)
            if mixing is not None:
                inputs, partners, weights = mixing.mix(inputs, step)
                values |= mixed_values(labels, partners, weights, self._slots.index)
            dropout_seeds = [stream_seed(seed, "dropout", *of, step) for seed in self._seeds]
            yield Step(Batch(inputs, self._slots, dropout_seeds), indices, labels, values)
