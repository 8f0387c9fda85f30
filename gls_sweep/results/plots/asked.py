"""What a figure is drawn from."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from gls_sweep.results.pivot import has_policy
from gls_sweep.results.several import folders_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure


Group = tuple[str, pd.DataFrame]
"""Cells, and before them what tells them from others."""


@dataclass(frozen=True)
class Asked:
    """The cells to draw.

    Parameters
    ----------
    table
        The chosen cells, as `load_table` gives them.
    folders
        The sweeps that they come from.
    policy
        How one number is picked from a run's epochs; None leaves it to the figure.
    """

    table: pd.DataFrame
    folders: Sequence[Path] = ()
    policy: str | None = None

    def folders_of(self, cells: pd.DataFrame) -> "pd.Series[Any]":
        """Give the folder of the sweep that each cell is of; missing where no folders are known."""
        return folders_of(cells, self.folders)

    def with_policy(self, groups: Iterable[Group]) -> "Iterator[tuple[str, pd.DataFrame, str]]":
        """Give those of some groups of cells that have a policy asked for, each with the first that it has."""
        for group, cells in groups:
            for policy in self.policies(cells)[:1]:
                yield group, cells, policy

    def policies(self, cells: pd.DataFrame) -> list[str]:
        """Give the policy asked for, else `val` and `best`; of these what the cells have."""
        wanted = (self.policy,) if self.policy else ("val", "best")
        return [policy for policy in wanted if has_policy(cells, policy)]


DrawKind = Callable[[Asked], "Iterator[tuple[str, Figure]]"]
"""Draws all figures of a kind: what tells each from the kind's others ("" for one alone), and the figure."""
