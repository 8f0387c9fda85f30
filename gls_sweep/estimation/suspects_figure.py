"""Suspect labels as a picture."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from gls_sweep.estimation.suspects import BoolArray

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLUMNS = 8
WRONG, RIGHT = ("#0072B2", "-"), ("#D55E00", (0, (2.5, 1.5)))  # colour and line: told apart without the colour too


def suspects_figure(
    images: npt.NDArray[np.uint8], titles: Sequence[str], title: str, wrong: BoolArray | None = None
) -> "Figure":
    """Draw images in rows of eight, each below its title.

    Parameters
    ----------
    images
        [n, C, H, W] in 0..255, n at least 1; C is 1 (grey) or 3 (red, green, blue).
    titles
        n texts such as ``cat → dog``.
    title
        Of the figure.
    wrong
        bool [n] where the truth is known: wrong labels have a blue frame, right ones a dashed orange one.
    """
    from matplotlib.figure import Figure

    rows = math.ceil(len(images) / COLUMNS)
    lines = max(text.count("\n") for text in titles) + 1
    figure = Figure(figsize=(1.25 * COLUMNS, (1.15 + 0.17 * lines) * rows + 0.8), layout="constrained")
    axes = figure.subplots(rows, COLUMNS, squeeze=False).flatten()
    for place in axes:
        place.set_axis_off()
    for i, (place, image, text) in enumerate(zip(axes, images, titles, strict=False)):
        place.set_axis_on()
        place.set(xticks=[], yticks=[])
        place.set_title(text, fontsize=9, pad=3, parse_math=False)
        place.imshow(image[0] if len(image) == 1 else image.transpose(1, 2, 0), cmap="gray", interpolation="nearest")
        if wrong is not None:
            color, line = WRONG if wrong[i] else RIGHT
            place.spines[:].set(color=color, linestyle=line, linewidth=2.5, capstyle="butt")
    known = "" if wrong is None else "\nblue: the label is wrong; dashed orange: it is right"
    figure.suptitle(title + known, fontsize=11, parse_math=False)
    return figure
