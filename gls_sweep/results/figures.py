"""Write the figures of a table."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from gls_sweep.files import write_atomically
from gls_sweep.results.curves import accuracy_over_rate
from gls_sweep.results.groups import ONE_LOSS, RATE, column_of, has_rate, split_groups
from gls_sweep.results.heat_map import heat_map
from gls_sweep.results.pivot import has_policy

if TYPE_CHECKING:
    from matplotlib.figure import Figure


HEAT_MAP, CURVES = "heat_map", "accuracy_over_rate"


def write_figures(table: pd.DataFrame, folder: str | Path) -> list[Path]:
    """Write `heat_map.png` and `accuracy_over_rate.png` into `folder`, each atomically; return their paths.

    The heat map shows policy `val`, or `best` where no labels were held out. Where the table falls into several groups
    (see `split_groups`) each gets its own figures, the group in the file's name. Where losses are compared, curves are
    drawn for those that have smooth rates. Earlier figures of other groups go.
    """
    paths = []
    for title, group in split_groups(table):
        if policies := _policies(group):
            path = Path(folder) / f"{HEAT_MAP}{_suffix(title)}.png"
            paths.append(_write(heat_map(group, policies[0], title), path))
        paths += [_write_curves(title, part, cells, Path(folder)) for part, cells in _with_curves(group)]
    for path in (path for name in (HEAT_MAP, CURVES) for path in Path(folder).glob(f"{name}*.png")):
        if path not in paths:
            path.unlink(missing_ok=True)  # of groups that this table does not have
    return paths


def _with_curves(group: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Give the cells of each loss with swept smooth rates, and what tells it from others."""
    for part, cells in split_groups(group[has_rate(group)], ONE_LOSS):
        if column_of(cells, RATE).notna().any() and _policies(cells):
            yield part, cells


def _write_curves(title: str, part: str, cells: pd.DataFrame, folder: Path) -> Path:
    title = ", ".join(filter(None, (title, part)))
    return _write(accuracy_over_rate(cells, _policies(cells), title), folder / f"{CURVES}{_suffix(title)}.png")


def _policies(group: pd.DataFrame) -> list[str]:
    return [policy for policy in ("val", "best") if has_policy(group, policy)]


def _write(figure: "Figure", path: Path) -> Path:
    return write_atomically(path, lambda temporary: figure.savefig(temporary, format="png", dpi=150))


def _suffix(title: str) -> str:
    """Make a group's title fit for a file name; a long one is cut and kept apart from others by a hash."""
    name = re.sub(r"[^\w.=+-]+", "_", title)
    if len(name) > 100:
        name = f"{name[:90]}_{hashlib.sha256(title.encode()).hexdigest()[:8]}"
    return f"_{name}" if name else ""
