"""Numbers as a page shows them."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd

from gls_sweep.results.escape import signed
from gls_sweep.results.groups import show
from gls_sweep.results.numbers import percent_with_error

POLICIES = ("val", "best", "last")
"""The policies that a page shows, in this order."""


def counted(count: int, word: str) -> str:
    """Write a count with its noun, `1 cell` or `280 cells`."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def points(mean: float, error: float) -> str:
    """Write a difference of fractions in points, with its error where there is one."""
    return signed(percent_with_error(mean, error)).replace("±", " ± ")


def link(path: Path, page: Path) -> str:
    """Write a path as a link from the page."""
    return quote(Path(os.path.relpath(path, page.parent)).as_posix())


def duration(seconds: float) -> str:
    """Write a time in the unit that suits it."""
    if seconds < 100:
        return f"{seconds:.2g} s" if seconds < 10 else f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"


def text(value: Any) -> str:
    """Write a configuration value as the command line takes it; nothing for a missing one."""
    return "" if pd.isna(value) else show(value)
