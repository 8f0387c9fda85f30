"""From the words of `gls-noise` to a cell's configuration, and to a file of its labels.

What composes or loads is imported where it is used, because `--help` imports this module.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gls_sweep.config import CellConfig


def add_overrides(parser: argparse.ArgumentParser) -> None:
    """Add what says which labels: the words that `gls-sweep` takes for one cell."""
    parser.add_argument("--config-dir", metavar="DIR", help="a folder of options of your own, as in gls-sweep")
    parser.add_argument(
        "overrides", nargs="*", metavar="KEY=VALUE", help="as in gls-sweep: dataset=digits noise=pairflip seed=1"
    )


def compose_cell(words: argparse.Namespace) -> CellConfig:
    """Compose and check a cell as `gls-sweep` does; raises `UserError`."""
    from hydra.types import RunMode

    from gls_sweep.cli.composed import config_loader, without_hydra
    from gls_sweep.config import checked_cell
    from gls_sweep.config.explain import explained

    with explained(), config_loader(words.config_dir) as loader:
        return checked_cell(without_hydra(loader.load_configuration("config", words.overrides, RunMode.RUN)))


def write_labels_of(path: Path, cell: CellConfig) -> dict[str, Any]:
    """Write the labels of a cell, and its clean ones where they are known, to a file; gives `describe_labels`."""
    from gls_sweep.noise.label_writer import write_labels
    from gls_sweep.sweep.work.loading import draw_labels, load_source

    dataset, made = load_source(cell).dataset, describe_labels(cell)
    write_labels(path, draw_labels(cell).labels, dataset.labels if dataset.labels_are_true else None, made)
    return made


def describe_labels(cell: CellConfig) -> dict[str, Any]:
    """Say as plain data how a cell's labels are made and what they turn out to be."""
    from importlib.metadata import version

    from gls_sweep.noise import labels_hash, realised_rate
    from gls_sweep.sweep.plan.cells import fields_of
    from gls_sweep.sweep.work.loading import draw_labels, load_source

    dataset, labels = load_source(cell).dataset, draw_labels(cell).labels
    return {
        "dataset": fields_of(cell.dataset),
        "noise": fields_of(cell.noise),
        "seed": cell.seed,
        "realised_rate": realised_rate(dataset.labels, labels) if dataset.labels_are_true else None,
        "labels_hash": labels_hash(labels),
        "gls_sweep": version("gls-sweep"),
    }


def tell_rates(made: dict[str, Any]) -> str:
    """Set the rate asked for against the one realised."""
    asked = made["noise"].get("rate")
    realised = "unknown" if made["realised_rate"] is None else f"{made['realised_rate']:.4f}"
    return f"rate requested: {'none' if asked is None else f'{asked:g}'}, realised: {realised}"
