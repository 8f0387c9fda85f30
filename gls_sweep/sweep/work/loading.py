"""From a cell's configuration to its data, labels, model and loss."""

from __future__ import annotations

import functools
import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn

from gls_sweep import noise
from gls_sweep.config import CellConfig
from gls_sweep.config.dataset_base import count_folds
from gls_sweep.config.loss.gls import AUTO
from gls_sweep.data import Dataset, Inputs, Rows, fit_standardiser, fold_split, stratified_split
from gls_sweep.errors import UserError
from gls_sweep.noise import FloatArray, NoisyLabels
from gls_sweep.sweep.plan.cells import Stage, fields_of, is_number
from gls_sweep.sweep.work.nodes import SPLIT, call, find_function, own_parameters
from gls_sweep.training.data import ReplicaData, SharedData

# What a noise model may ask for of the dataset, by the name of a parameter.
NOISE_MAY_ASK = ("inputs", "noisy_labels", "superclasses")


@dataclass(frozen=True)
class Source:
    """A dataset with its split.

    Attributes
    ----------
    kept, held_out : ndarray
        Indices of training and validation samples in the dataset's pool.
    """

    dataset: Dataset
    kept: np.ndarray[Any, np.dtype[np.int64]]
    held_out: np.ndarray[Any, np.dtype[np.int64]]


def load_source(cell: CellConfig) -> Source:
    """Load a cell's dataset and split it; the last few are kept in memory."""
    return _load_source(json.dumps(fields_of(cell.dataset)))


@functools.lru_cache(maxsize=2)
def _load_source(options_as_json: str) -> Source:
    options = json.loads(options_as_json)
    dataset = _load_dataset(all_but_fold(options))
    fraction, seed, fold = (options.get(key, default) for key, default in SPLIT.items())
    if fold is None:
        return Source(dataset, *stratified_split(dataset.labels, fraction, seed))
    return Source(dataset, *fold_split(dataset.labels, count_folds(fraction, fold), fold, seed))


def all_but_fold(options: Mapping[str, Any]) -> str:
    """Give a dataset's options as text without the fold: all folds are of one dataset, with one set of labels."""
    return json.dumps({name: value for name, value in options.items() if name != "fold"})


@functools.lru_cache(maxsize=2)
def _load_dataset(options_as_json: str) -> Dataset:
    options = json.loads(options_as_json)
    dataset = call(options, "dataset")
    if not isinstance(dataset, Dataset):
        raise UserError(f"dataset={options.get('name')}: must return a Dataset, got {type(dataset).__name__}")
    return dataset


def share_data(source: Source, precision: str, device: torch.device) -> SharedData:
    """Put a dataset's splits on the device, standardised by training statistics."""
    dataset = source.dataset
    kept, held_out = torch.from_numpy(source.kept), torch.from_numpy(source.held_out)

    def rows(pool: Tensor, positions: Tensor) -> Inputs:
        return Rows(pool, positions, device) if dataset.on_disk else pool[positions].to(device)

    train = rows(dataset.inputs, kept)
    true = torch.from_numpy(dataset.labels[source.kept]).to(device)
    return SharedData(
        train_inputs=train,
        val_inputs=rows(dataset.inputs, held_out),
        test_inputs=rows(dataset.test_inputs, torch.arange(len(dataset.test_inputs))),
        train_true=true if dataset.labels_are_true else None,
        test_true=torch.from_numpy(dataset.test_labels).to(device),
        num_classes=dataset.num_classes,
        device=device,
        standardise=fit_standardiser(train).to(device),
        augmentation=dataset.augmentation,
        precision=precision,
    )


def draw_labels(cell: CellConfig) -> NoisyLabels:
    """Draw a cell's noisy labels for the whole pool, in its original order, before it is split."""
    return _draw_labels(all_but_fold(fields_of(cell.dataset)), json.dumps(fields_of(cell.noise)), cell.seed)


@functools.lru_cache(maxsize=64)
def _draw_labels(dataset_as_json: str, noise_as_json: str, seed: int) -> NoisyLabels:
    dataset = _load_dataset(dataset_as_json)
    options = json.loads(noise_as_json)
    sampler = noise.label_sampler(options.get("generator", "numpy"), options.get("seed", seed))
    asked = set(NOISE_MAY_ASK) & set(inspect.signature(find_function(options, "noise")).parameters)
    offered = {name: getattr(dataset, name) for name in asked}
    drawn = call(options, "noise", dataset.labels.copy(), sampler, num_classes=dataset.num_classes, **offered)
    noise.check_noisy_labels(drawn, len(dataset.labels), dataset.num_classes)
    return cast(NoisyLabels, drawn)


def describe_noise(cell: CellConfig) -> dict[str, Any]:
    """Give what a record says of a cell's labels: the noise asked for and the noise realised."""
    dataset, drawn = load_source(cell).dataset, draw_labels(cell)
    true, labels = dataset.labels, drawn.labels
    known = dataset.labels_are_true
    return {
        "requested_rate": fields_of(cell.noise).get("rate"),
        "realised_rate": noise.realised_rate(true, labels) if known else None,
        "transition": drawn.transition.tolist(),
        "realised_transition": noise.realised_transition(true, labels, dataset.num_classes).tolist() if known else None,
        "labels_hash": noise.labels_hash(labels),
    }


def model_builder(cell: CellConfig, dataset: Dataset) -> Callable[[], nn.Module]:
    """Give a function that builds the cell's model with weights from torch's global generator."""
    shape, classes = dataset.input_shape, dataset.num_classes
    return lambda: call(cell.model, "model", input_shape=shape, num_classes=classes)


def split_hyperparameters(node: Any, auto: float = 0.0) -> tuple[dict[str, float], dict[str, Any]]:
    """Split a loss's parameters into numbers, one value per replica, and the rest, the same for a pack.

    `auto` is the number for one that is estimated.
    """
    own = own_parameters(node, "loss")
    numbers = {name: auto if value == AUTO else value for name, value in own.items() if is_number(value)}
    return numbers, {name: value for name, value in own.items() if name not in numbers}


def bind_loss(stage: Stage) -> Callable[..., Tensor]:
    """Give a stage's loss with all but its numbers bound."""
    return functools.partial(find_function(stage.loss, "loss"), **split_hyperparameters(stage.loss)[1])


def true_transition(cell: CellConfig) -> FloatArray:
    """Give the matrix that a cell's labels were drawn from, or the one measured; raises `UserError` if unknown."""
    transition = draw_labels(cell).transition
    if not load_source(cell).dataset.labels_are_true or np.isnan(transition).any():
        raise UserError("loss.transition=true: nobody knows it for these labels; use estimated, a file, or rows")
    return transition


def replica_data(
    stages: list[Stage], source: Source, shared: SharedData, values: Sequence[Mapping[str, Any]]
) -> ReplicaData:
    """Collect what differs between replicas: seeds, noisy labels, what their losses take by name."""
    labels = torch.stack([torch.from_numpy(draw_labels(stage.cell.config).labels) for stage in stages])
    columns = {name: np.array([own[name] for own in values]) for name in values[0]}
    hyperparameters = {name: torch.from_numpy(column).to(shared.dtype) for name, column in columns.items()}
    return ReplicaData(
        seeds=[stage.cell.config.seed for stage in stages],
        train_labels=labels[:, torch.from_numpy(source.kept)].to(shared.device),
        val_labels=labels[:, torch.from_numpy(source.held_out)].to(shared.device),
        hyperparameters={name: column.to(shared.device) for name, column in hyperparameters.items()},
    )
