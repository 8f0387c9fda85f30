"""Write figures into files."""

import hashlib
import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from gls_sweep.files import write_atomically
from gls_sweep.results.plots import heat_map, over_rate
from gls_sweep.results.plots.asked import Asked, DrawKind

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NO_DATE = {"png": {"Software": None}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}
"""What leaves out of a file that which is not the figure: the same figure is the same bytes."""
FILES: Any = {"svg.fonttype": "none", "svg.hashsalt": "gls_sweep", "pdf.fonttype": 42}
"""Text stays text, to be searched and edited; and again the same bytes."""


def write_figures(table: pd.DataFrame, folder: str | Path) -> list[Path]:
    """Write `heat_map.png` and `accuracy_over_rate.png` of a table into `folder`, as `write_kind` does."""
    kinds = {"heat_map": heat_map.figures, "accuracy_over_rate": over_rate.figures}
    asked, into = Asked(table), Path(folder)
    return [path for kind, draw in kinds.items() for path in write_kind(kind, draw, asked, into)]


def write_kind(kind: str, draw: DrawKind, asked: Asked, folder: Path, formats: Sequence[str] = ("png",)) -> list[Path]:
    """Draw a kind of figures and write each into `folder`, atomically; gives their paths.

    Files are called `<kind>.<format>`, or where a kind has several figures `<kind>_<what tells it apart>.<format>`.
    Earlier figures of the same kind and formats that are not drawn any more go.
    """
    paths = []
    for apart, figure in draw(asked):
        stem = kind + _suffix(apart)
        paths += [save(figure, folder / f"{stem}.{form}", form) for form in formats]
    _remove_others(kind, folder, formats, paths)
    return paths


def save(figure: "Figure", path: Path, form: str) -> Path:
    """Write a figure atomically, the same figure always as the same bytes; gives the path."""
    from matplotlib import rc_context

    options: dict[str, Any] = {"format": form, "metadata": NO_DATE[form], "dpi": 150}
    with rc_context(FILES):
        return write_atomically(path, lambda temporary: figure.savefig(temporary, **options))


def _remove_others(kind: str, folder: Path, formats: Sequence[str], paths: Collection[Path]) -> None:
    for form in formats:
        for path in [folder / f"{kind}.{form}", *folder.glob(f"{kind}_*.{form}")]:
            if path not in paths:
                path.unlink(missing_ok=True)


def _suffix(title: str) -> str:
    """Make a title fit for a file name; a long one is cut and kept apart from others by a hash."""
    name = re.sub(r"[^\w.=+-]+", "_", title)
    if len(name) > 100:
        name = f"{name[:90]}_{hashlib.sha256(title.encode()).hexdigest()[:8]}"
    return f"_{name}" if name else ""
