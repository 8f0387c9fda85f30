"""How all figures look: colours, sizes, titles, direct labels.

The colours are told apart by the colour-blind, and in grey by their lightness or by what comes with them: a marker, a
label, a place.
"""

import textwrap
from collections.abc import Callable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec

import numpy as np
import numpy.typing as npt

from gls_sweep.results.escape import signed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

P = ParamSpec("P")
Floats = npt.NDArray[np.float64]

# Okabe and Ito, "Color Universal Design", 2008, those that are dark enough for a line on white.
BLACK, BLUE, VERMILION, GREEN, PURPLE, SKY = "#000000", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9"
CATEGORIES = (BLACK, VERMILION, BLUE, GREEN, PURPLE, SKY)
NOTE, GRID = "0.35", "0.9"
MARKERS = "osD^vP*X"
DASHES: tuple[Any, ...] = ("-", (0, (5, 1.2)), (0, (3, 1, 1, 1)), (0, (1.2, 1)), (0, (7, 1.5, 1, 1.5)), (0, (2, 2)))
BAND = 0.18  # opacity
SMALL, MEDIUM = 8, 10  # points: notes and labels; titles
PAD = 3 / 72  # inch, matplotlib's own around a constrained layout

RC: Any = {
    "font.size": 9,
    "axes.titlesize": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "lines.linewidth": 1.6,
    "lines.markersize": 5,
    "mathtext.fontset": "dejavusans",
}
"""What `matplotlib.rc_context` is given while figures are drawn."""

CONTRAST = 4.5  # of small text on white, as WCAG 2.2 asks for


def styled(draw: "Callable[P, Figure]") -> "Callable[P, Figure]":
    """Draw a figure in this style, whoever asks for it, and so that it stays when the figure is shown or saved."""

    @wraps(draw)
    def drawn(*args: P.args, **options: P.kwargs) -> "Figure":
        from matplotlib import rc_context

        with rc_context(RC):
            figure = draw(*args, **options)
            for axes in figure.axes:
                axes.tick_params(labelsize=RC["font.size"], grid_color=GRID)  # ticks are made when they are needed
        return figure

    return drawn


def plain(text: str) -> str:
    """Write a name, or a number, so that a figure shows just that: no formula between `$`, and a minus sign."""
    return signed(text).replace("$", r"\$")


def new_figure(width: float, height: float, rows: int = 1, columns: int = 1, **options: Any) -> "tuple[Figure, Any]":
    """Make a figure of some inches, and its axes as an array [rows, columns]; options are those of `subplots`."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots(rows, columns, squeeze=False, **options)


def entitle(figure: "Figure", headline: str, context: str, notes: Sequence[str] = ()) -> None:
    """Write what a figure shows, below it of which cells, and at the foot how to read it; long lines are wrapped."""
    width, height = figure.get_size_inches()
    lines = [plain(line) for part in context.splitlines() for line in _wrap(part, width, MEDIUM)]
    head = _wrap(headline, width, 1.2 * MEDIUM)
    x = PAD / width
    text = "\n".join([*("" for _ in head), *lines])
    place: dict[str, Any] = {"x": x, "ha": "left", "linespacing": 1.3}
    figure.suptitle(text, fontsize=MEDIUM, color=NOTE, **place)
    # The layout makes room for the title above alone, so the headline lies over its empty first lines.
    top: dict[str, Any] = {"va": "top", "fontsize": MEDIUM, "fontweight": "bold", "in_layout": False}
    figure.text(y=1 - PAD / height, s="\n".join(head), **place, **top)
    if notes:
        figure.supxlabel("\n".join(_wrap("; ".join(notes), width, SMALL)), fontsize=SMALL, color=NOTE, **place)


def sequence(count: int) -> Floats:
    """Give colours [count, 4] for what has an order, from dark to light, all dark enough for a line on white."""
    from matplotlib import colormaps

    return np.asarray(colormaps["viridis"](np.linspace(0, 0.72, count)))


def ink(color: Any) -> Floats:
    """Give the colour for small text on white that goes with a line's: as dark as it takes to be read."""
    from matplotlib.colors import to_rgb

    light = ((np.asarray(to_rgb(color)) + 0.055) / 1.055) ** 2.4  # what sRGB means, but for the darkest
    luminance = float(light @ (0.2126, 0.7152, 0.0722))
    darker = light * min(1.0, (1.05 / CONTRAST - 0.05) / luminance)
    return np.asarray(np.clip(1.055 * darker ** (1 / 2.4) - 0.055, 0, 1))


def label_ends(axes: "Axes", ends: Sequence[float], names: Sequence[str], colors: Sequence[Any] | Floats) -> None:
    """Write names to the right of the axes, each at the height of its curve's end, moved apart where they would touch.

    Call it when the limits of the y axis are settled.
    """
    low, high = axes.get_ylim()
    size = axes.figure.get_size_inches()[1]  # type: ignore[union-attr]
    rows = axes.get_subplotspec().get_gridspec().nrows if axes.get_subplotspec() else 1  # type: ignore[union-attr]
    gap = 1.25 * SMALL / 72 / max(0.72 * size / rows, 0.1)
    shares = (np.nan_to_num(np.asarray(ends, dtype=float), nan=low) - low) / (high - low)
    for y, name, color in zip(spread(shares, gap), names, colors, strict=True):
        axes.text(1.015, y, name, color=ink(color), va="center", fontsize=SMALL, transform=axes.transAxes)


def spread(positions: Floats, gap: float) -> Floats:
    """Move positions apart, as little as it takes in squares, so that neighbours are `gap` apart, within [0, 1]."""
    from scipy.optimize import isotonic_regression

    order, steps = np.argsort(positions, kind="stable"), gap * np.arange(len(positions))
    if not len(order):
        return positions
    levels = isotonic_regression(positions[order] - steps).x
    moved = np.empty_like(positions)
    moved[order] = np.clip(levels, 0, max(0.0, 1 - steps[-1])) + steps
    return moved


def draw_band(axes: "Axes", x: Any, mean: Any, std: Any, color: Any) -> None:
    """Draw mean ± std as a band."""
    axes.fill_between(x, mean - std, mean + std, color=color, alpha=BAND, linewidth=0)


def _wrap(text: str, width: float, points: float) -> list[str]:
    """Break text into lines that fit a width in inches."""
    return textwrap.wrap(text, max(20, int(72 * width / (0.52 * points))))
