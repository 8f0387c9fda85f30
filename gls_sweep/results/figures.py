"""Write the figures of a table."""

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from gls_sweep.files import write_atomically
from gls_sweep.results.curves import accuracy_over_rate
from gls_sweep.results.groups import split_groups
from gls_sweep.results.heat_map import heat_map
from gls_sweep.results.pivot import has_policy

if TYPE_CHECKING:
    from matplotlib.figure import Figure


NAMES = ("heat_map", "accuracy_over_rate")


def write_figures(table: pd.DataFrame, folder: str | Path) -> list[Path]:
    """Write `heat_map.png` and `accuracy_over_rate.png` into `folder`, each atomically; return their paths.

    The heat map shows policy `val`, or `best` where no labels were held out. Where the table falls into several groups
    (see `split_groups`) each gets its own figures, the group in the file's name. Earlier figures of other groups go.
    """
    paths = []
    for title, group in split_groups(table):
        policies = [policy for policy in ("val", "best") if has_policy(group, policy)]
        if policies:
            heat, curves = (Path(folder) / f"{name}{_suffix(title)}.png" for name in NAMES)
            paths.append(_write(heat_map(group, policies[0], title), heat))
            paths.append(_write(accuracy_over_rate(group, policies, title), curves))
    for path in (path for name in NAMES for path in Path(folder).glob(f"{name}*.png")):
        if path not in paths:
            path.unlink(missing_ok=True)  # of groups that this table does not have
    return paths


def _write(figure: "Figure", path: Path) -> Path:
    return write_atomically(path, lambda temporary: figure.savefig(temporary, format="png", dpi=150))


def _suffix(title: str) -> str:
    """Make a group's title fit for a file name; a long one is cut and kept apart from others by a hash."""
    name = re.sub(r"[^\w.=+-]+", "_", title)
    if len(name) > 100:
        name = f"{name[:90]}_{hashlib.sha256(title.encode()).hexdigest()[:8]}"
    return f"_{name}" if name else ""
