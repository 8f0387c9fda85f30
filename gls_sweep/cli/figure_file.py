"""Figures that a command draws into a file of the user's choice."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gls_sweep.errors import UserError
from gls_sweep.files import write_atomically

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def figure_path(word: str | None) -> Path | None:
    """Check the ending of the figure's file before anything is loaded."""
    if word is None:
        return None
    path = Path(word).expanduser()
    if path.suffix.lower() not in (".png", ".pdf", ".svg"):
        raise UserError(f"--figure={word}: must end in .png, .pdf or .svg")
    return path


def save_figure(path: Path, figure: Figure) -> Path:
    """Write a figure in the format of the file's ending; gives the path."""
    kind = path.suffix.lower()[1:]
    return write_atomically(path, lambda temporary: figure.savefig(temporary, format=kind, dpi=150))
