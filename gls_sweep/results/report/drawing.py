"""A figure inside a page."""

import io
import re
from typing import TYPE_CHECKING

from gls_sweep.results.plots.files import FILES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Names that nothing refers to, and a fixed size: the page scales it.
_NEEDLESS = re.compile(
    r"<metadata>.*?</metadata>|<!--.*?-->"
    r'| id="(?:figure|axes|patch|text|line2d|matplotlib\.axis|[xy]tick|\w+Collection|legend)_\d+"'
    r'| (?:width|height)="[\d.]+pt"',
    re.DOTALL,
)


def draw(figure: "Figure", number: int) -> str:
    """Write a figure as an `svg` element.

    Parameters
    ----------
    figure
        It loses its background.
    number
        Tells it from the page's other figures, whose shapes must not have the same ids.
    """
    from matplotlib import rc_context

    with rc_context({**FILES, "svg.hashsalt": f"figure {number}"}), io.StringIO() as page:
        figure.savefig(page, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
        whole = page.getvalue()
    return re.sub(r"\s*\n\s*", " ", _NEEDLESS.sub("", whole[whole.index("<svg") :]))
