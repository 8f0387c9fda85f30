"""Test accuracy over the smooth rate, a curve per noise rate."""

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from gls_sweep.results.groups import describe
from gls_sweep.results.pivot import PivotTable, ce_reference, pivot
from gls_sweep.results.rows import POLICIES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Floats = npt.NDArray[np.float64]

MARKERS = "osD^vP*X"


def accuracy_over_rate(table: pd.DataFrame, policies: Sequence[str] = ("val", "best"), title: str = "") -> "Figure":
    """Draw the test accuracy (in %, mean and std over seeds) over the smooth rate: a panel per policy.

    The smooth rates are spaced evenly; `auto` stands to the right of them. Dashed lines are CE
    alone at its `val` epoch of the whole run; crosses at the bottom say where cells diverged.

    Parameters
    ----------
    table
        Cells of one group of `split_groups`, by `ONE_LOSS`: their loss has a smooth rate.
    policies
        As in `pivot`; the table must have them.
    title
        The group's title; what its cells have in common when empty.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(0.8 + 5.8 * len(policies), 5.4), layout="constrained")
    panels = figure.subplots(1, len(policies), sharey=True, squeeze=False)[0]
    pivots = [pivot(table, policy) for policy in policies]
    reference = ce_reference(table)
    for axes, policy, grids in zip(panels, policies, pivots, strict=True):
        axes.set_xticks(range(len(grids.mean)), grids.mean.index, rotation=45)
        axes.set_title(f"{policy}: {POLICIES.get(policy, '')}", fontsize="medium")
        axes.set_xlim(-0.5, len(grids.mean) - 0.5)
        axes.set_xlabel("smooth rate $r$ (evenly spaced)")
        axes.grid(axis="y", alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
        _draw_curves(axes, grids, reference)
    panels[0].set_ylabel("test accuracy in %")
    for axes, grids in zip(panels, pivots, strict=True):  # the panels share their y limits, known only now
        _label_curves(axes, grids.mean, grids.column_labels)
    width = 85 * len(policies)
    figure.suptitle(textwrap.fill(title or describe(table), width), fontsize="medium", fontweight="bold")
    figure.supxlabel(_note(pivots, reference), fontsize="small")
    return figure


def _draw_curves(axes: "Axes", grids: PivotTable, reference: PivotTable | None) -> None:
    x, swept = np.arange(len(grids.mean)), grids.rates.notna().to_numpy()
    for j, (color, noise_rate) in enumerate(zip(_colors(grids.mean.shape[1]), grids.mean.columns, strict=True)):
        mean, std = 100 * grids.mean.iloc[:, j], 100 * grids.std.iloc[:, j].fillna(0)
        marker = MARKERS[j % len(MARKERS)]
        for part, line in ((swept, "-"), (~swept, "none")):
            if part.any():
                style: dict[str, Any] = {"color": color, "marker": marker, "markersize": 5, "linestyle": line}
                axes.errorbar(x[part], mean[part], yerr=std[part], capsize=2, linewidth=1.5, **style)
        if reference is not None and noise_rate in reference.mean:
            level = 100 * float(reference.mean[noise_rate].to_numpy()[0])
            axes.axhline(level, color=color, linestyle="--", linewidth=1)
        lost = x[grids.diverged.iloc[:, j] > 0]
        bottom = np.full(len(lost), 0.02 + 0.025 * j)
        axes.scatter(lost, bottom, marker="x", s=25, color=color, transform=axes.get_xaxis_transform())


def _colors(count: int) -> Floats:
    """One colour per noise rate, in order of lightness and dark enough for a line on white."""
    from matplotlib import colormaps

    return np.asarray(colormaps["viridis"](np.linspace(0, 0.8, count)))


def _label_curves(axes: "Axes", mean: pd.DataFrame, names: Sequence[str]) -> None:
    """Write each curve's noise rate at its right end."""
    low, high = axes.get_ylim()
    finite = [100 * mean[noise_rate].dropna() for noise_rate in mean]
    ends = np.array([values.iat[-1] if len(values) else low for values in finite])
    places = _spread(ends, 0.045 * (high - low))
    for y, name, color in zip(places, names, _colors(len(names)), strict=True):
        axes.text(1.01, y, rf"$\epsilon$ = {name}", color=color, va="center", transform=axes.get_yaxis_transform())


def _spread(positions: Floats, gap: float) -> Floats:
    """Move positions apart, as little as it takes upwards and then centred, so that neighbours are `gap` apart."""
    order = np.argsort(positions)
    spread = positions[order]
    for i in range(1, len(spread)):
        spread[i] = max(spread[i], spread[i - 1] + gap)
    moved = np.empty_like(spread)
    moved[order] = spread - (spread - positions[order]).mean()
    return moved


def _note(pivots: Sequence[PivotTable], reference: PivotTable | None) -> str:
    notes = ["error bars: std over seeds"]
    notes += ["dashed: CE alone at its val epoch of the whole run"] if reference is not None else []
    notes += ["crosses: diverged cells"] if any(grids.diverged.any(axis=None) for grids in pivots) else []
    return "; ".join(notes)
