"""Transition matrices as a picture."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from gls_sweep.noise.sampling import FloatArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WRITTEN = 12  # classes up to which entries are written out
NAMED = 20  # classes up to which each one has its tick
GAMMA = 0.5  # colours go by the square root, so that small flip rates can be told from none


def transition_figure(matrices: Mapping[str, FloatArray], title: str, before: str) -> "Figure":
    """Draw transition matrices side by side, on one scale of colours.

    Parameters
    ----------
    matrices
        Matrices [K, K] of one size by their titles; a row of NaN, of which nothing is known, stays grey.
    title
        Of the figure.
    before
        What the rows are: ``true label``, where that is known.
    """
    from matplotlib.colors import PowerNorm
    from matplotlib.figure import Figure

    figure = Figure(figsize=(1.2 + 5.2 * len(matrices), 5.6), layout="constrained")
    grid = figure.subplots(1, len(matrices), squeeze=False)[0]
    for axes, (name, matrix) in zip(grid, matrices.items(), strict=True):
        axes.set_facecolor("0.8")
        image = axes.imshow(matrix, cmap="cividis", norm=PowerNorm(GAMMA, 0.0, 1.0))
        axes.set(title=name, xlabel="noisy label", ylabel=before)
        if len(matrix) <= NAMED:
            axes.set_xticks(range(len(matrix)))
            axes.set_yticks(range(len(matrix)))
        if len(matrix) <= WRITTEN:
            _write_entries(axes, matrix)
    figure.colorbar(image, ax=list(grid), label="share of the row's class", fraction=0.05)
    figure.suptitle(title, fontweight="bold")
    return figure


def _write_entries(axes: "Axes", matrix: FloatArray) -> None:
    for i, j in np.argwhere(matrix > 0):
        color = "white" if matrix[i, j] ** GAMMA < 0.5 else "black"
        axes.text(j, i, f"{matrix[i, j]:.2f}".lstrip("0"), ha="center", va="center", size=8, color=color)
