"""The figures of results/paper."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gls_sweep.results.groups import NOISE_RATE
from gls_sweep.results.plots import over_rate
from gls_sweep.results.plots.asked import Asked
from gls_sweep.results.plots.files import save
from gls_sweep.results.plots.style import BLACK, BLUE, GREEN, NOTE, VERMILION, entitle, new_figure, styled
from paper.gains import AUTO, CE, EARLY, NLS, PLS, WAYS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

STYLES = {PLS: (VERMILION, "o"), NLS: (BLUE, "s"), AUTO: (BLACK, "D"), EARLY: (GREEN, "^")}
CHOSEN_BY = {
    "best": "best: rate and epoch\nchosen on the test labels",
    "val": "val: both chosen on\nheld-out noisy labels",
    "last": "last: last epoch, rate chosen\non held-out noisy labels",
}


def write_figures(tables: Mapping[str, pd.DataFrame], found: pd.DataFrame, folder: Path) -> list[Path]:
    """Draw for each sweep the gains over CE and the accuracy over the smooth rate, where there are any."""
    paths = []
    for sweep, table in tables.items():
        drawn = dict(_curves(sweep, table))
        if (found["sweep"] == sweep).any():
            drawn = {f"gains_{sweep}": gain_figure(found[found["sweep"] == sweep], sweep)} | drawn
        paths += [save(figure, folder / f"{name}.svg", "svg") for name, figure in drawn.items()]
    return paths


def _curves(sweep: str, table: pd.DataFrame) -> "Iterator[tuple[str, Figure]]":
    """Draw the curves of each schedule; human labels stand at the rates that they realise."""
    if "noise.labels" in table:
        table = table.assign(**{NOISE_RATE: table["noise.realised_rate"].round(3)}).drop(columns="noise.labels")
    for schedule, cells in table.groupby("schedule.name"):
        several = table["schedule.name"].nunique() > 1
        for _, figure in over_rate.figures(Asked(cells)):
            yield f"accuracy_{sweep}_{schedule}" if several else f"accuracy_{sweep}", figure


@styled
def gain_figure(found: pd.DataFrame, sweep: str) -> "Figure":
    """Draw the differences to CE of one sweep with their intervals: a panel for each way to choose, a line a noise.

    Parameters
    ----------
    found
        Rows of `paper.gains.all_gains` with the columns of `paper.grids.KEYS`.
    sweep
        The sweep's name, for the title.
    """
    ways = [way for way in WAYS if (found["way"] == way).any()]
    several = found["schedule"].nunique() > 1
    found = found[found["reference"] == CE].assign(line=found["noise"] + (", " + found["schedule"] if several else ""))
    lines = list(found["line"].unique())
    figure, grid = new_figure(2.6 + 2.6 * len(ways), 1.6 + 0.4 * len(lines), 1, len(ways), sharey=True)
    for axes, way in zip(grid[0], ways, strict=True):
        _draw(axes, found[found["way"] == way], lines)
        axes.set_title(CHOSEN_BY[way], loc="left")
        axes.set_xlabel("points above CE")
    grid[0, 0].set_yticks(range(len(lines)), lines)
    grid[0, 0].set_ylim(len(lines) - 0.5, -0.5)
    figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside right center", frameon=False)
    notes = ["PLS: best positive rate", "NLS: best negative one", "auto: estimated", "CE†: CE alone, stopped early"]
    notes.append("bars: 95 % intervals, paired by seed")
    headline = "What chosen smooth rates gain over cross entropy (r = 0)"
    entitle(figure, headline, f"{sweep} · {found['n'].max()} seeds", notes)
    return figure


def _draw(axes: "Axes", found: pd.DataFrame, lines: list[str]) -> None:
    axes.axvline(0, color=NOTE, linewidth=0.8)
    shifts = dict(zip(STYLES, np.linspace(-0.3, 0.3, len(STYLES)), strict=True))
    for row, (color, marker) in STYLES.items():
        own = found[found["row"] == row].set_index("line").reindex(lines)
        points = 100 * own[["difference", "half"]]
        places = np.arange(len(lines)) + shifts[row]
        style: dict[str, Any] = {
            "color": color,
            "marker": marker,
            "markersize": 4,
            "linestyle": "none",
            "elinewidth": 1,
        }
        axes.errorbar(points["difference"], places, xerr=points["half"].fillna(0), label=row, **style)
    axes.grid(axis="x")
