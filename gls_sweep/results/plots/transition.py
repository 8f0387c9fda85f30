"""Transition matrices: asked for, and realised by the labels that were drawn."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gls_sweep.record_file import cell_folder, read_record
from gls_sweep.results.groups import NOISE_RATE, SEEDS, column_of, loss_keys, split_groups
from gls_sweep.results.pivot import noise_labels
from gls_sweep.results.plots.asked import Asked
from gls_sweep.results.plots.style import Floats, entitle, new_figure, styled
from gls_sweep.results.plots.words import describe_cells, name_noise

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

GAMMA = 0.5  # colours go by the square root, so that small flip rates can be told from none
WRITTEN = 12  # classes up to which entries are written out
PANELS = 6
Matrices = tuple[Floats, Floats]


def figures(asked: Asked) -> "Iterator[tuple[str, Figure]]":
    """Draw each data set and kind of noise, a column of matrices per noise rate."""
    apart = [key for key in asked.table.columns if key.startswith(("model.", "schedule.")) or key == "precision"]
    for group, cells in split_groups(asked.table, [*loss_keys(asked.table), *apart]):
        noisy = cells[column_of(cells, "noise.realised_rate").fillna(0) > 0]
        matrices = {
            rate: pair
            for rate, own in noisy.groupby(column_of(noisy, NOISE_RATE), dropna=False)
            if (pair := _matrices(asked, own))
        }
        if matrices:
            yield group, _draw(noisy, dict(list(matrices.items())[:PANELS]), group)


def _matrices(asked: Asked, cells: pd.DataFrame) -> Matrices | None:
    """Give the matrix asked for and the one realised, both means over the sets of labels; None without a record."""
    once = cells.drop_duplicates("noise.labels_hash")
    places = asked.folders_of(once).dropna()
    records = [read_record(cell_folder(places[i], once["signature"][i]) / "record.json") for i in places.index]
    noises = [record["noise"] for record in records if record and record.get("noise")]
    pairs = [
        (_array(noise["transition"]), _array(noise["realised_transition"]))
        for noise in noises
        if noise.get("realised_transition")
    ]
    if not pairs:
        return None
    wanted, realised = zip(*pairs, strict=True)
    return np.mean(wanted, axis=0), np.mean(realised, axis=0)


def _array(rows: Any) -> Floats:
    """Make an array of a matrix as a record has it; null is NaN, of classes without samples."""
    return np.array(rows, dtype=np.float64)


def _draw(table: pd.DataFrame, matrices: Mapping[float, Matrices], group: str) -> "Figure":
    """Draw the matrices of each noise rate, those asked for above those realised; the table has their cells."""
    rates = pd.Index(matrices)
    titles = name_noise(rates, noise_labels(rates, table))
    sets = column_of(table, "noise.labels_hash").groupby(column_of(table, NOISE_RATE), dropna=False).nunique().max()
    notes = [f"mean over {sets} sets of labels"] if sets > 1 else []
    once = table.drop_duplicates([key for key in ("noise.labels_hash",) if key in table])
    once = once.drop_duplicates([key for key in (NOISE_RATE, *SEEDS, "dataset.fold") if key in table])
    context = describe_cells(once.filter(regex=r"^(dataset\.|noise\.|seed$)").assign(status="finished"), group)
    rows = dict(
        zip(("asked for\ntrue label", "realised\ntrue label"), zip(*matrices.values(), strict=True), strict=True)
    )
    headline = "Transition matrices of the label noise, asked for and realised"
    return transition_figure(rows, titles, headline, context, notes)


@styled
def transition_figure(
    rows: Mapping[str, Sequence[Floats]], titles: Sequence[str], headline: str, context: str, notes: Sequence[str] = ()
) -> "Figure":
    """Draw transition matrices on one scale of colours.

    Parameters
    ----------
    rows
        Rows of matrices [K, K], by what the rows of the matrices are, such as ``true label``. NaN, of which nothing is
        known, stays grey.
    titles
        A title for each column of matrices.
    headline, context, notes
        As in `entitle`.
    """
    from matplotlib.colors import PowerNorm

    height, width = len(rows), len(titles)
    figure, grid = new_figure(max(5.2, 1.6 + 2.9 * width), 1.1 + 2.75 * height, height, width, sharex=True, sharey=True)
    for line, (name, matrices) in zip(grid, rows.items(), strict=True):
        line[0].set_ylabel(name)
        for axes, matrix in zip(line, matrices, strict=True):
            axes.set_facecolor("0.8")
            image = axes.imshow(matrix, cmap="cividis", norm=PowerNorm(GAMMA, 0, 1))
            axes.spines[:].set_visible(False)
            _write_entries(axes, matrix)
    for above, below, title in zip(grid[0], grid[-1], titles, strict=True):
        above.set_title(title, loc="left")
        below.set_xlabel("noisy label")
    figure.colorbar(image, ax=grid, label="share of the row's class", fraction=0.04, pad=0.02)
    entitle(figure, headline, context, notes)
    return figure


def _write_entries(axes: "Axes", matrix: Floats) -> None:
    if len(matrix) > WRITTEN:
        return
    axes.set_xticks(range(len(matrix)))
    axes.set_yticks(range(len(matrix)))
    for i, j in np.argwhere(matrix >= 0.005):
        color = "white" if matrix[i, j] ** GAMMA < 0.5 else "black"
        text = f"{matrix[i, j]:.2f}".lstrip("0")
        axes.text(j, i, text, ha="center", va="center", size=6 if len(matrix) > 5 else 8, color=color)
