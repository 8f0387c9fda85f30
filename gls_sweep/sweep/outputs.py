"""What the network of one recorded cell says of its test set, and of any other inputs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from gls_sweep.config import CellConfig
from gls_sweep.errors import UserError
from gls_sweep.record_file import cell_folder, read_record
from gls_sweep.sweep.work.loading import Source, draw_labels, load_source
from gls_sweep.sweep.work.recorded import Integers, predict_rows, read_weights, recorded_config
from gls_sweep.training.population import StateDict

Probabilities = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LabelledOutputs:
    """What a network says of N samples whose labels are known.

    Attributes
    ----------
    probabilities
        Softmax outputs, float64 [N, K].
    labels
        int64 [N].
    """

    probabilities: Probabilities
    labels: Integers

    @property
    def confidence(self) -> Probabilities:
        """Largest probability of each sample, [N]."""
        return np.asarray(self.probabilities.max(1))

    @property
    def right(self) -> npt.NDArray[np.bool_]:
        """Whether each sample's prediction is right, [N]."""
        return np.asarray(self.probabilities.argmax(1) == self.labels)


@dataclass(frozen=True, eq=False)
class Network:
    """A finished cell's network after its last epoch, and the data it was made for.

    The data of the last few data sets asked for stay in memory; nothing else is kept.
    """

    config: CellConfig
    weights: StateDict

    @cached_property
    def source(self) -> Source:
        """The cell's data set and split."""
        return load_source(self.config)

    @property
    def given_labels(self) -> Integers:
        """Labels of the whole training pool, noise included, int64 [P]."""
        return draw_labels(self.config).labels

    def predict(self, inputs: torch.Tensor) -> Probabilities:
        """Give class probabilities [n, K] for inputs [n, ...] as in `Dataset`, standardised as in training."""
        return predict_rows(self.config, self.weights, inputs, np.arange(len(inputs)))

    def predict_test(self) -> LabelledOutputs:
        """Ask the network about its test set."""
        dataset = self.source.dataset
        return LabelledOutputs(self.predict(dataset.test_inputs), dataset.test_labels)


def read_network(folder: Path, signature: str) -> Network:
    """Read a finished cell's network.

    Parameters
    ----------
    folder
        A sweep's folder, `results/<sweep>`.
    signature
        Of the cell.

    Raises
    ------
    UserError
        If a file of the cell is damaged or gone.
    """
    cell = cell_folder(folder, signature)
    record = read_record(cell / "record.json")
    if record is None:
        raise UserError(f"{cell}/record.json: is gone, cut off or changed; run the sweep's command again")
    return Network(recorded_config(record["config"]), read_weights(cell, record))
