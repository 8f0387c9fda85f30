"""Figures that lie beside the sweeps' tables, for the page to show."""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gls_sweep.results.report.limits import PICTURES
from gls_sweep.results.report.words import link

SHOWN_OTHERWISE = ("heat_map", "accuracy_over_rate")
"""Kinds that the page itself lays out."""


@dataclass(frozen=True)
class Picture:
    """A figure's name in words, its relative link, and the image as a data URL; None where it is too large for that."""

    name: str
    link: str
    data: str | None


def pictures(folders: Sequence[Path], page: Path) -> Iterator[Picture]:
    """Give the PNG files of the folders, as far as they fit into the page, by name."""
    left = PICTURES
    for path in (path for folder in folders for path in sorted(folder.glob("*.png"))):
        if path.stem.startswith(SHOWN_OTHERWISE):
            continue
        size = path.stat().st_size
        data = base64.b64encode(path.read_bytes()).decode() if size <= left else None
        left -= size if data else 0
        name = path.stem.replace("_", " ")
        yield Picture(name, link(path, page), f"data:image/png;base64,{data}" if data else None)
