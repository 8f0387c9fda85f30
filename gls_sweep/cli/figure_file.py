"""Figures that a command draws into a file of the user's choice."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gls_sweep.errors import UserError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = ("png", "pdf", "svg")


def figure_path(word: str | None) -> Path | None:
    """Check the ending of the figure's file before anything is loaded."""
    if word is None:
        return None
    path = Path(word).expanduser()
    if path.suffix.lower()[1:] not in FORMATS:
        raise UserError(f"--figure={word}: must end in .png, .pdf or .svg")
    return path


def save_figure(path: Path, figure: Figure) -> Path:
    """Write a figure in the format of the file's ending; gives the path."""
    from gls_sweep.results.plots.files import save

    return save(figure, path, path.suffix.lower()[1:])
