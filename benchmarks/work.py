"""The pieces of work that are measured: as words of `gls-sweep`, and as arrays and options for the peers."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from hydra import initialize_config_module
from hydra.core.global_hydra import GlobalHydra
from hydra.types import RunMode
from torch import nn

from benchmarks.peers.arrays import Array, Arrays, save
from gls_sweep.cli.app import register_plugins
from gls_sweep.config import register_schemas
from gls_sweep.data import Rows, fit_standardiser
from gls_sweep.sweep.plan.cells import Cell
from gls_sweep.sweep.plan.compose import Composer
from gls_sweep.sweep.work.loading import draw_labels, load_source, model_builder

SMOOTH_RATES = (0.8, 0.6, 0.4, 0.2, 0.0, -0.2, -0.4, -0.6, -0.8, -1.0, -2.0, -4.0, -6.0, -8.0)


@dataclass(frozen=True)
class Work:
    """A sweep: every smooth rate x noise rate x seed, warm-up and main phase of the default schedule.

    Attributes
    ----------
    words
        What `gls-sweep -m` is told beyond the rates, the seeds and the epochs.
    """

    name: str
    words: tuple[str, ...] = ()
    model: str = "mlp"
    noise_rates: Sequence[float] = (0.0, 0.2, 0.4, 0.6)
    smooth_rates: Sequence[float] = SMOOTH_RATES
    seeds: Sequence[int] = (0, 1, 2, 3, 4)
    warmup_epochs: int = 40
    main_epochs: int = 10
    augment: bool = field(default=False)

    def __str__(self) -> str:
        """Name it and its size."""
        return f"{self.name}, {self.cells} cells of {self.warmup_epochs} + {self.main_epochs} epochs"

    @property
    def cells(self) -> int:
        """Count the cells."""
        return len(self.noise_rates) * len(self.smooth_rates) * len(self.seeds)

    def overrides(self) -> list[str]:
        """Give all words of `gls-sweep -m`."""
        swept = {"noise.rate": self.noise_rates, "loss.smooth_rate": self.smooth_rates, "seed": self.seeds}
        lists = [f"{key}={','.join(f'{value:g}' for value in values)}" for key, values in swept.items()]
        epochs = [("warmup", self.warmup_epochs), ("main", self.main_epochs)]
        lengths = [f"schedule.phases.{phase}.epochs={count}" for phase, count in epochs]
        return [*self.words, f"model={self.model}", *lists, *lengths]


def cifar_words(folder: Path) -> tuple[str, ...]:
    """Give the words for the first 2,000 CIFAR-10 images in Parquet files that `folder` holds."""
    files = [f"dataset.{part}={folder / f'{part}.parquet'}" for part in ("train", "test")]
    return ("dataset=parquet", *files, "dataset.limit=2000", "dataset.augment=true")


def compose_cells(words: Sequence[str]) -> list[Cell]:
    """Compose all cells that words with lists of values ask for."""
    register_schemas()
    register_plugins()
    split = [(word.partition("=")[0], word.partition("=")[2].split(",")) for word in words]
    combinations = itertools.product(*([f"{key}={value}" for value in values] for key, values in split))
    with initialize_config_module("gls_sweep.conf", version_base="1.3"):
        loader = GlobalHydra.instance().config_loader()
        composer = Composer(loader, loader.load_configuration("config", [], RunMode.MULTIRUN))
        return [composer.cell(list(own)) for own in combinations]


def build(cell: Cell) -> nn.Module:
    """Build a cell's network."""
    return model_builder(cell.config, load_source(cell.config).dataset)()


def export(work: Work, path: Path) -> Arrays:
    """Write the samples and noisy labels of a piece of work as the peers read them; gives them, too."""
    arrays: Arrays | None = None
    for cell in compose_cells(replace(work, smooth_rates=(0.0,)).overrides()):
        arrays = arrays or arrays_of(cell, work.augment)
        source, labels = load_source(cell.config), draw_labels(cell.config).labels
        key = float(cell.config.noise.rate), cell.config.seed
        arrays.train_labels[key] = labels[source.kept]
        arrays.val_labels[key] = labels[source.held_out]
    assert arrays is not None
    save(arrays, path)
    return arrays


def arrays_of(cell: Cell, augment: bool) -> Arrays:
    """Give the samples of a cell; features standardised, since scripts do that once."""
    source = load_source(cell.config)
    dataset = source.dataset
    pool, test = dataset.inputs, dataset.test_inputs
    own = fit_standardiser(Rows(pool, torch.from_numpy(source.kept), torch.device("cpu")))
    mean, std = own.mean.numpy(), own.std.numpy()
    images = pool.ndim == 4

    def part(inputs: torch.Tensor) -> Array:
        return inputs.numpy() if images else own(inputs, torch.float32).numpy()

    return Arrays(
        train_inputs=part(pool[torch.from_numpy(source.kept)]),
        val_inputs=part(pool[torch.from_numpy(source.held_out)]),
        test_inputs=part(test[:]),
        test_labels=dataset.test_labels,
        train_labels={},
        val_labels={},
        mean=mean if images else np.ones(1),
        std=std if images else np.ones(1),
        num_classes=dataset.num_classes,
        augment=augment,
    )
