"""The heat map: smooth rate or loss by noise rate."""

import textwrap
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from gls_sweep.results.groups import RATE, describe
from gls_sweep.results.pivot import PivotTable, best_two, pivot
from gls_sweep.results.rows import POLICIES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Floats = npt.NDArray[np.float64]

WORST = -30.0
"""The colours end at this many points below the best of a noise rate, so that one collapse does not bleach the rest."""


def heat_map(table: pd.DataFrame, policy: str, title: str = "") -> "Figure":
    """Draw the mean test accuracy (in %) of each smooth rate, or loss, and noise rate.

    The colour is the distance to the noise rate's best in points; the best two are bold. Under symmetric noise
    triangles at a column's edges show `optimal_rates`, where they lie within the smooth rates swept.

    Parameters
    ----------
    table
        Cells of one group of `split_groups`.
    policy
        As in `pivot`.
    title
        The group's title; what its cells have in common when empty.
    """
    from matplotlib.figure import Figure

    grids = pivot(table, policy)
    height, width = grids.mean.shape
    figure = Figure(figsize=(max(7.0, 3.4 + 1.2 * width), max(4.0, 2.2 + 0.36 * height)), layout="constrained")
    axes = figure.subplots()
    points = 100 * (grids.mean - grids.mean.max()).to_numpy()
    image = axes.imshow(points, cmap="cividis", vmin=WORST, vmax=0, aspect="auto")
    figure.colorbar(image, ax=axes, label="points below the best of the noise rate", extend="min", fraction=0.06)
    axes.set_xticks(range(width), grids.column_labels)
    axes.set_yticks(range(height), grids.mean.index)
    axes.set(xlabel=r"noise rate $\epsilon$", ylabel="smooth rate $r$" if grids.mean.index.name == RATE else "loss")
    axes.set_title(f"test accuracy in %, {policy}: {POLICIES.get(policy, '')}", fontsize="medium")
    _write_entries(axes, grids, points)
    _draw_optimal_rates(axes, grids, table)
    figure.suptitle(textwrap.fill(title or describe(table), 80), fontsize="medium", fontweight="bold")
    return figure


def optimal_rates(table: pd.DataFrame, noise_rates: pd.Index) -> Floats:
    """Smooth rate that makes GLS on noisy labels equal in expectation to CE on clean ones (Wei et al., ICML 2022).

    `r_opt = -rho / (1 - rho)` with `rho = K * eps / (K - 1)` for symmetric noise of rate eps and K classes.

    Returns
    -------
    array of shape (noise rates,)
        NaN for other kinds of noise, and where `rho >= 1`: such labels say nothing about the clean ones.
    """
    if (table["noise.name"] != "symmetric").any():
        return np.full(len(noise_rates), np.nan)
    classes = table["noise.num_classes"].astype("float64").max()
    rho = classes * noise_rates.to_numpy(dtype=np.float64) / (classes - 1)
    return np.asarray(-rho / np.where(rho < 1, 1 - rho, np.nan))


def _write_entries(axes: "Axes", grids: PivotTable, points: Floats) -> None:
    best = best_two(grids.mean).to_numpy()
    for i, j in np.ndindex(*best.shape):
        number, lost = grids.entry(i, j)
        text = f"{number.strip()} {lost}".strip()
        color = "white" if points[i, j] < WORST / 2 else "black"
        weight = "bold" if best[i, j] else "normal"
        axes.text(j, i, text, ha="center", va="center", size=6 if number and lost else 8, weight=weight, color=color)


def _draw_optimal_rates(axes: "Axes", grids: PivotTable, table: pd.DataFrame) -> None:
    """Mark r_opt at both edges of each column, where it hides no number."""
    rated = np.flatnonzero(grids.rates.notna())
    rates = grids.rates.to_numpy()[rated]
    wanted = optimal_rates(table, grids.mean.columns)
    if not len(rates) or (np.diff(rates) >= 0).any() or np.isnan(wanted).all():  # several rows may share a rate
        return
    rows = np.interp(wanted, rates[::-1], rated[::-1], left=np.nan, right=np.nan)
    columns = np.arange(len(rows))
    for marker, offset in ((">", -0.43), ("<", 0.43)):
        axes.scatter(columns + offset, rows, s=60, marker=marker, color="#d55e00", edgecolors="white", zorder=3)
    note = r"bold: best two of a column; triangles: $r_{opt} = -\rho/(1-\rho)$, $\rho = K\epsilon/(K-1)$"
    axes.figure.supxlabel(note, fontsize="small")
