"""The colours of the heat maps, of figures and pages alike."""

import functools
import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

COLOURS = "cividis"
STEPS = 40

LEAST, MOST = 5.0, 30.0
"""The colours span as many points below the best of a noise rate as there are, within these bounds: differences between
seeds shall not look like a result, and one collapse shall not bleach the rest."""


def span_of(below: npt.NDArray[np.float64]) -> float:
    """Give how many points the colours span.

    Parameters
    ----------
    below
        Each entry's distance to the best of its column, in points, 0 or less; NaN where there is no number.
    """
    return float(np.clip(math.ceil(-np.nanmin(below, initial=0.0)), LEAST, MOST))


def shade(depth: float) -> tuple[str, str]:
    """Give the fill and the ink for how deep below the best an entry is.

    Parameters
    ----------
    depth
        0 for the best, 1 for the worst and what is below it; NaN has no colours.
    """
    return ("", "") if math.isnan(depth) else _colours(round(min(max(depth, 0.0), 1.0) * STEPS))


def gradient() -> str:
    """Give the colours of the scale, the worst first, as stops of a gradient."""
    return ", ".join(shade(1 - step / 8)[0] for step in range(9))


def ink_on(fill: Sequence[float]) -> str:
    """Give black or white, whichever stands out more from a colour, three parts in [0, 1]."""
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in fill)
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#000" if luminance > 0.179 else "#fff"  # there both have the same contrast


@functools.cache
def _colours(step: int) -> tuple[str, str]:
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    fill = colormaps[COLOURS](1 - step / STEPS)
    return to_hex(fill), ink_on(fill[:3])
