"""What the networks of recorded cells say of samples, those of the training pool first of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from gls_sweep.config import CellConfig
from gls_sweep.config.schedule import PhaseConfig, ScheduleConfig
from gls_sweep.data import Dataset, Rows, fit_standardiser
from gls_sweep.errors import UserError
from gls_sweep.noise import labels_hash
from gls_sweep.record_file import cell_folder, damaged_files
from gls_sweep.results.records import read_records
from gls_sweep.sweep.work.loading import draw_labels, load_source, model_builder
from gls_sweep.sweep.work.pack import pick_device
from gls_sweep.training.population import StateDict, fresh_model
from gls_sweep.training.precision import weights_dtype, without_tf32
from gls_sweep.training.predict import predict

Integers = npt.NDArray[np.int64]
WEIGHTS = "checkpoint.pt"


@dataclass(frozen=True, eq=False)
class PoolOutputs:
    """What networks say of a training pool of N samples.

    Attributes
    ----------
    labels
        The given labels, noise included, int64 [N].
    probabilities
        Mean over networks of their softmax outputs, float64 [N, K].
    out_of_sample
        bool [N]: the networks asked about a sample were not trained on it.
    """

    dataset: Dataset
    labels: Integers
    probabilities: npt.NDArray[np.float64]
    out_of_sample: npt.NDArray[np.bool_]


def predict_pool(folder: Path, signatures: Sequence[str]) -> PoolOutputs:
    """Ask the networks of cells about each sample: those that hold it out, all of them where none does.

    Parameters
    ----------
    folder
        A sweep's folder, `results/<sweep>`.
    signatures
        Finished cells that were trained on the same set of labels.

    Raises
    ------
    UserError
        If a cell's files are damaged, or its labels come out otherwise than recorded.
    """
    records = list(read_records(folder, signatures))
    configs = [recorded_config(record["config"]) for record in records]
    dataset, labels = load_source(configs[0]).dataset, draw_labels(configs[0]).labels
    if labels_hash(labels) != records[0]["noise"]["labels_hash"]:
        raise UserError(f"folder={folder}: labels come out otherwise than recorded; has a file of the data changed?")
    held_out = np.zeros(len(labels), dtype=np.bool_)
    for config in configs:
        held_out[load_source(config).held_out] = True
    sums, counts = np.zeros((len(labels), dataset.num_classes)), np.zeros(len(labels))
    for record, config in zip(records, configs, strict=True):
        source = load_source(config)
        asked = np.concatenate([source.held_out, source.kept[~held_out[source.kept]]])
        if len(asked):
            weights = read_weights(cell_folder(folder, record["signature"]), record)
            sums[asked] += predict_samples(config, weights, asked)
            counts[asked] += 1
    return PoolOutputs(dataset, labels, sums / counts[:, None], held_out)


def predict_samples(config: CellConfig, weights: StateDict, positions: Integers) -> npt.NDArray[np.float64]:
    """Give a cell's network's probabilities for samples of the pool, see `predict_rows`: [n, K]."""
    return predict_rows(config, weights, load_source(config).dataset.inputs, positions)


def predict_rows(
    config: CellConfig, weights: StateDict, inputs: torch.Tensor, positions: Integers
) -> npt.NDArray[np.float64]:
    """Give a cell's network's probabilities for rows of inputs, [n, K].

    The inputs [M, ...] are as in `gls_sweep.data.Dataset`; they are standardised as in the cell's training.
    """
    source, device = load_source(config), pick_device("auto")
    standardise = fit_standardiser(Rows(source.dataset.inputs, torch.from_numpy(source.kept), device)).to(device)
    dtype = weights_dtype(config.precision)
    model = fresh_model(model_builder(config, source.dataset), 0, dtype).to(device)
    rows = Rows(inputs, torch.from_numpy(positions), device)
    with without_tf32():
        return predict(model, weights, rows, standardise, config.precision).probabilities


def read_weights(cell: Path, record: Mapping[str, Any]) -> StateDict:
    """Read a cell's last weights from its folder; nothing but tensors is ever unpickled.

    Raises
    ------
    UserError
        If they are not those of its record.
    """
    if WEIGHTS in damaged_files(cell, record):
        raise UserError(
            f"{cell / WEIGHTS}: is gone, cut off or changed; gls-results check {cell.parents[2]}, then the sweep's "
            "command again"
        )
    weights: StateDict = torch.load(cell / WEIGHTS, weights_only=True, map_location="cpu")["weights"]
    return weights


def recorded_config(config: Mapping[str, Any]) -> CellConfig:
    """Give a cell with the data, labels and model of a recorded one: all that it takes to ask its network."""
    unused = ScheduleConfig(name="none", phases={"main": PhaseConfig(epochs=1)})
    nodes = {name: config[name] for name in ("dataset", "noise", "model", "seed", "precision")}
    return CellConfig(**nodes, loss={}, schedule=unused)
