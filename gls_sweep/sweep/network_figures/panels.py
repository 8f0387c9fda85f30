"""Which cells a figure of many panels shows: a row for each noise rate, a panel for each of a few smooth rates."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gls_sweep.results.groups import NOISE_RATE, RATE, column_of, compares_losses, split_groups
from gls_sweep.results.losses import loss_rows
from gls_sweep.results.pivot import noise_labels
from gls_sweep.results.plots.asked import Asked
from gls_sweep.results.plots.style import plain
from gls_sweep.results.plots.words import name_noise
from gls_sweep.results.theory import optimal_rates
from gls_sweep.sweep.outputs import LabelledOutputs, Network, read_network

FEW = 4  # panels beside each other
LABEL = "_label"  # the loss or smooth rate of a cell, as text
HIGHEST, ZERO, NEAREST, LOWEST = "highest", "zero", "nearest to theory", "lowest"
THEORY, FORMULA = r"$r_{opt}$", r"$-\rho/(1-\rho)$ for labels of which a share $\rho$ is drawn from all classes"
Choose = Callable[[pd.DataFrame], Mapping[str, str]]
"""Gives the labels to show of the cells of one noise rate, by the column they are shown in."""


@dataclass(frozen=True)
class Panel:
    """The finished cells of one noise and one loss or smooth rate; they differ in seeds and folds alone."""

    title: str
    cells: pd.DataFrame


@dataclass(frozen=True)
class Panels:
    """A grid of panels.

    Attributes
    ----------
    rows
        The name of each noise and its panels, None where it has nothing to show in a column.
    left_out
        How many losses or smooth rates no panel shows.
    """

    rows: list[tuple[str, list[Panel | None]]]
    left_out: int

    def notes(self) -> list[str]:
        """Say what a reader must know of the choice."""
        panels = [panel for _, row in self.rows for panel in row if panel]
        asked = sum(len(panel.cells) for panel in panels)
        notes = [f"{asked} network{'s' * (asked > 1)} asked, after the last epoch", *label_notes(panels[0].cells)]
        if any(THEORY in panel.title for panel in panels):
            notes.append(f"{THEORY} = {FORMULA}")
        return notes + ([f"{self.left_out} more not shown"] if self.left_out else [])


def label_notes(cells: pd.DataFrame) -> list[str]:
    """Warn where nobody knows the true labels of the test set."""
    unknown = column_of(cells, "dataset.labels_are_true").eq(False).any()
    return ["right is what the given, noisy test labels say"] if unknown else []


def finished_groups(asked: Asked) -> Iterator[tuple[str, pd.DataFrame]]:
    """Give the groups of `split_groups`, of the finished cells whose folder is known, labelled with their loss."""
    cells = asked.table[asked.table["status"] == "finished"]
    cells = cells[asked.folders_of(cells).notna()]
    for title, group in split_groups(cells) if len(cells) else ():
        yield title, group.assign(**{LABEL: loss_rows(group)})


def noises(cells: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Give the name and the cells of each noise rate, the lowest first."""
    groups = list(cells.groupby(column_of(cells, NOISE_RATE), dropna=False))
    rates = pd.Index([rate for rate, _ in groups], dtype="float64")
    names = name_noise(rates, noise_labels(rates, cells), r"$\varepsilon$ = {}")
    for name, (_, group) in zip(names, groups, strict=True):
        yield name, group


def labels_of(cells: pd.DataFrame) -> list[str]:
    """List the losses or smooth rates of cells, in their order."""
    return [str(label) for label in cells[LABEL].cat.categories if (cells[LABEL] == label).any()]


def telling_panels(cells: pd.DataFrame) -> Panels:
    """Choose `telling_rates` for each noise rate; all where there are few, and where losses are compared the first."""
    labels = labels_of(cells)
    if len(labels) <= FEW or compares_losses(cells):
        return _panels(cells, lambda _: {label: label for label in labels[:FEW]})
    return _panels(cells, telling_rates)


def even_panels(cells: pd.DataFrame, most: int) -> Panels:
    """Choose the same losses or smooth rates for every noise rate, evenly from those there are, zero among them.

    There are at most `most`, which is at least 3.
    """
    labels = labels_of(cells)
    places = np.linspace(0, len(labels) - 1, min(most, len(labels))).round().astype(int).tolist()
    if "0" in labels and (zero := labels.index("0")) not in places:
        places.remove(min(places[1:-1], key=lambda place: abs(place - zero)))
        places.append(zero)
    chosen = {labels[place]: labels[place] for place in sorted(places)}
    return _panels(cells, lambda _: chosen)


def telling_rates(cells: pd.DataFrame) -> dict[str, str]:
    """Give the labels of the smooth rates that tell the most at one noise rate, each once.

    They are the highest, zero, the nearest to theory's best (see `optimal_rates`) and the lowest of the rates at which
    the most seeds finished.
    """
    counts = cells[RATE].value_counts()
    rates = np.sort(counts.index[counts == counts.max()].to_numpy(dtype=np.float64))
    theory = float(optimal_rates(cells, pd.Index([column_of(cells, NOISE_RATE).iat[0]]))[0])
    chosen: dict[str, float] = {}
    for column, wanted in {ZERO: 0.0, NEAREST: theory, LOWEST: rates[0], HIGHEST: rates[-1]}.items():
        rate = float(rates[np.abs(rates - wanted).argmin()])
        if not np.isnan(wanted) and rate not in chosen.values() and (column != ZERO or rate == 0):
            chosen[column] = rate
    named = cells.drop_duplicates(RATE).set_index(RATE)[LABEL].astype(str)
    return {column: named[chosen[column]] for column in (HIGHEST, ZERO, NEAREST, LOWEST) if column in chosen}


def networks(asked: Asked, cells: pd.DataFrame) -> Iterator[Network]:
    """Read the networks of cells, one when it is asked for."""
    for signature, folder in zip(cells["signature"], asked.folders_of(cells), strict=True):
        yield read_network(folder, signature)


def test_outputs(asked: Asked, cells: pd.DataFrame) -> Iterator[LabelledOutputs]:
    """Ask the networks of cells about their test set, one after the other."""
    return (network.predict_test() for network in networks(asked, cells))


def _panels(cells: pd.DataFrame, choose: Choose) -> Panels:
    chosen = [(name, group, choose(group)) for name, group in noises(cells)]
    present = {column for _, _, labels in chosen for column in labels}
    columns = [name for name in (*labels_of(cells), HIGHEST, ZERO, NEAREST, LOWEST) if name in present]
    form = "{}" if compares_losses(cells) else "$r$ = {}"
    rows = [(name, [_panel(group, labels.get(at), at, form) for at in columns]) for name, group, labels in chosen]
    shown = {label for _, _, labels in chosen for label in labels.values()}
    return Panels(rows, len(labels_of(cells)) - len(shown))


def _panel(cells: pd.DataFrame, label: str | None, column: str, form: str) -> Panel | None:
    own = cells[cells[LABEL] == label]
    if label is None or own.empty:
        return None
    return Panel(form.format(plain(label)) + (f", nearest to {THEORY}" if column == NEAREST else ""), own)
