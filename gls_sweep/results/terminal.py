"""Tables for a terminal."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from gls_sweep.results.formats import Grid, entry_of, is_numeric

MARK = "*"
"""Stands behind marked entries, since a terminal may not show that they are bold."""


def rich_table(grid: Grid) -> Table:
    """Lay out one table for `rich.console.Console.print`, without its notes; marked entries are bold and starred."""
    table = Table(box=box.HORIZONTALS, padding=0, show_edge=False, title_justify="left", title_style="bold")
    table.title = Text(grid.title, style="bold") if grid.title else None
    for head in grid.frame:
        table.add_column(Text(str(head)), justify="right" if is_numeric(grid.frame[head]) else "left")
    rows = list(grid.frame.itertuples(index=False, name=None))
    for i, row in enumerate(rows):
        table.add_row(*map(_rich_entry, row), end_section=i == len(rows) - grid.foot - 1 and grid.foot > 0)
    return table


def rich_grids(grids: Sequence[Grid]) -> RenderableType:
    """Lay out tables one under the other, with their notes."""
    parts: list[RenderableType] = []
    for grid in grids:
        parts += [Text(grid.title, style="bold")] if grid.title else []  # a table's own title wraps at its width
        parts += [rich_table(replace(grid, title=""))] if len(grid.frame.columns) else []
        parts.append(Text("\n".join([*grid.notes, ""]), "dim" if len(grid.frame.columns) else ""))
    return Group(*parts)


def _rich_entry(value: Any) -> Text:
    number, lost, marked = entry_of(value)
    shown = (number + MARK, "bold") if marked else number
    return Text.assemble(shown, " " if number and lost else "", (lost, "red"))
