"""Lays out transition matrices and flips for the terminal."""

from collections.abc import Mapping, Sequence

import numpy as np
from rich import box
from rich.columns import Columns
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from gls_sweep.data import Dataset
from gls_sweep.noise.flips import frequent_flips, superclass_transition
from gls_sweep.noise.sampling import FloatArray, IntArray

LARGEST = 20  # rows of a matrix that is shown entry by entry
PRECISE = 10  # rows up to which there is room for a decimal
MOST = 15  # flips listed
NAME = 14  # letters of a class name


def layout(dataset: Dataset, noisy: IntArray, matrices: Mapping[str, FloatArray]) -> RenderableType:
    """Show matrices of few classes whole; of many, that of the superclasses and the most frequent flips."""
    if dataset.num_classes <= LARGEST:
        names = [row_name(number, name) for number, name in enumerate(dataset.class_names)]
        return Columns([matrix_table(title, matrix, names) for title, matrix in matrices.items()], padding=(0, 3))
    flips = flips_table(dataset, noisy, matrices)
    if dataset.superclasses is None or max(dataset.superclasses) >= LARGEST:
        return flips
    matrix = superclass_transition(dataset.labels, noisy, dataset.superclasses)
    return Group(matrix_table("superclasses, realised", matrix, list(map(str, range(len(matrix))))), flips)


def matrix_table(title: str, matrix: FloatArray, names: Sequence[str]) -> Table:
    """Show a matrix in percent as a heat map."""
    table = Table(title=f"{title}, in %", box=None, padding=0, title_justify="left", title_style="bold")
    table.add_column("")
    decimals = 1 if len(matrix) <= PRECISE else 0
    for number in range(len(matrix)):
        table.add_column(str(number), justify="right")
    for name, row in zip(names, matrix, strict=True):
        table.add_row(Text(f"{name} "), *(entry(float(value), decimals) for value in row))
    return table


def entry(share: float, decimals: int) -> Text:
    """Write a share in percent on its colour; nothing where it is 0, a question mark where it is unknown."""
    from matplotlib import colormaps

    if np.isnan(share):
        return Text(" ? ")
    written = f" {100 * share:.{decimals}f}" if share else "   "
    root = share**0.5  # as in the figure: small rates can be told from none
    red, green, blue = (round(255 * part) for part in colormaps["cividis"](root)[:3])
    return Text(written, style=f"{'white' if root < 0.5 else 'black'} on rgb({red},{green},{blue})")


def flips_table(dataset: Dataset, noisy: IntArray, matrices: Mapping[str, FloatArray]) -> Table:
    """List the most frequent flips, with the shares of each matrix."""
    table = Table(box=box.SIMPLE_HEAD, title="the most frequent flips", title_justify="left", title_style="bold")
    for head in ("from", "to"):
        table.add_column(head)
    for head in ("labels", *matrices):
        table.add_column(head, justify="right")
    for old, new, count in frequent_flips(dataset.labels, noisy, dataset.num_classes, MOST):
        names = (Text(row_name(number, dataset.class_names[number])) for number in (old, new))
        table.add_row(*names, str(count), *(f"{100 * matrix[old, new]:.1f} %" for matrix in matrices.values()))
    return table


def row_name(number: int, name: str) -> str:
    """Give a class's number, and its name where that says more."""
    return str(number) if name == str(number) else f"{number} {name[:NAME]}"
