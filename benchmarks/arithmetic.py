"""What a sweep of stacked MLPs multiplies: how much of it there is, counted from its own cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from torch import nn

from benchmarks.engine_time import packs_of
from benchmarks.work import build
from gls_sweep.sweep.plan.cells import Cell
from gls_sweep.sweep.work.loading import load_source


@dataclass(frozen=True)
class Arithmetic:
    """The products of a sweep.

    Attributes
    ----------
    layers
        Inputs and outputs of each linear layer.
    replicas
        Cells of a pack.
    flops
        Of all cells: training steps, and evaluations of all splits.
    """

    layers: list[tuple[int, int]]
    replicas: int
    batch_size: int
    flops: float


def count(words: Sequence[str]) -> Arithmetic:
    """Count what `gls-sweep -m` with these words multiplies."""
    packs = packs_of(words)
    cells = [cell for pack in packs for cell in pack]
    layers = [
        (layer.in_features, layer.out_features) for layer in build(cells[0]).modules() if isinstance(layer, nn.Linear)
    ]
    flops = float(epochs_of(cells) * flops_of_epoch(cells[0], layers))
    return Arithmetic(layers, len(packs[0]), cells[0].config.schedule.batch_size, flops)


def epochs_of(cells: Sequence[Cell]) -> int:
    """Count the epochs of all cells, those of a shared stage once."""
    stages = {stage.signature: stage for cell in cells for stage in cell.stages}
    return sum(stage.phase[1].epochs for stage in stages.values())


def flops_of_epoch(cell: Cell, layers: Sequence[tuple[int, int]]) -> int:
    """Count an epoch of a cell: 2 a weight and sample forwards, 4 backwards but for the first layer, which takes 2."""
    source = load_source(cell.config)
    training = len(source.kept)
    evaluated = training + len(source.held_out) + len(source.dataset.test_inputs)
    weights, first = sum(a * b for a, b in layers), layers[0][0] * layers[0][1]
    return training * (6 * weights - 2 * first) + evaluated * 2 * weights
