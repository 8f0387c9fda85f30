"""Show noisy labels without training: rates, the transition matrix as a heat map, the most frequent flips."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING

from gls_sweep.cli.figure_file import figure_path, save_figure
from gls_sweep.cli.noise_cell import add_overrides, compose_cell, describe_labels, tell_rates

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from gls_sweep.data import Dataset
    from gls_sweep.noise import NoisyLabels
    from gls_sweep.noise.sampling import FloatArray

NAME, HELP = "show", "show rates, transition matrix and flips of noisy labels"
ASKED, REALISED = "T asked for", "T realised"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the figure and what says which labels."""
    parser.add_argument("--figure", metavar="FILE", help="also draw the transition matrices into a .png, .pdf or .svg")
    add_overrides(parser)


def run(words: argparse.Namespace) -> int:
    """Print what the labels are, and draw them where that is asked for."""
    from rich.console import Console

    from gls_sweep.cli.noise_tables import layout
    from gls_sweep.sweep.work.loading import draw_labels, load_source

    figure = figure_path(words.figure)
    cell = compose_cell(words)
    dataset, drawn, made = load_source(cell).dataset, draw_labels(cell), describe_labels(cell)
    title = f"{made['dataset']['name']}, noise={made['noise']['name']}"
    console = Console()
    for line in [f"{title}: {len(drawn.labels)} labels of {dataset.num_classes} classes", tell_rates(made)]:
        console.print(line, soft_wrap=True, markup=False, highlight=False)
    for line in tell_more(dataset, drawn):
        console.print(line, soft_wrap=True, markup=False, highlight=False)
    matrices = matrices_of(dataset, drawn)
    console.print(layout(dataset, drawn.labels, matrices))
    if figure is not None:
        save_figure(figure, draw(matrices, before(dataset), f"{title}\n{tell_rates(made)}"))
        console.print(f"written: {figure}", soft_wrap=True, markup=False, highlight=False)
    return 0


def draw(matrices: Mapping[str, FloatArray], rows: str, context: str) -> Figure:
    """Draw the matrices beside each other; the rows of each are true labels, or given ones."""
    from gls_sweep.results.plots.transition import transition_figure

    headline = "Transition matrix of the label noise"
    return transition_figure({rows: list(matrices.values())}, list(matrices), headline, context)


def tell_more(dataset: Dataset, drawn: NoisyLabels) -> list[str]:
    """Say how many labels changed where the true ones are unknown, and how many flips leave their superclass."""
    from gls_sweep.noise import realised_rate
    from gls_sweep.noise.flips import share_leaving

    lines = []
    if not dataset.labels_are_true:
        changed = realised_rate(dataset.labels, drawn.labels)
        lines.append(f"the true labels are unknown; of the labels given, {100 * changed:.1f} % changed")
    if dataset.superclasses is not None and (drawn.labels != dataset.labels).any():
        leaving = share_leaving(dataset.labels, drawn.labels, dataset.superclasses)
        lines.append(f"flips that leave their superclass: {100 * leaving:.1f} %")
    return lines


def matrices_of(dataset: Dataset, drawn: NoisyLabels) -> dict[str, FloatArray]:
    """Give the matrix asked for and the one realised, or the latter alone where nothing was drawn from a matrix."""
    import numpy as np

    from gls_sweep.noise import realised_transition

    realised = realised_transition(dataset.labels, drawn.labels, dataset.num_classes)
    same = np.array_equal(drawn.transition, realised, equal_nan=True)
    return {REALISED: realised} if same else {ASKED: drawn.transition, REALISED: realised}


def before(dataset: Dataset) -> str:
    """Name what the rows of a matrix are."""
    return "true label" if dataset.labels_are_true else "label given"
