"""What a page shows of each group of cells: heat maps, figure, choices."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from gls_sweep.results.choices import ChoiceTable
from gls_sweep.results.findings import Findings
from gls_sweep.results.groups import split_groups
from gls_sweep.results.plots.asked import Asked
from gls_sweep.results.plots.over_rate import accuracy_over_rate
from gls_sweep.results.plots.words import accuracy_words, describe_cells, sentence
from gls_sweep.results.report.drawing import draw
from gls_sweep.results.report.heat_table import HeatTable, heat_tables
from gls_sweep.results.report.limits import ENTRIES, FIGURES, GROUPS
from gls_sweep.results.swept import swept_rates


@dataclass(frozen=True)
class Part:
    """The cells of one loss with smooth rates: what tells them from the group's others, figure, choices."""

    title: str
    figure: str
    choices: list[ChoiceTable]


@dataclass(frozen=True)
class Section:
    """A group of cells: their rows in the table, what is measured, the group's heat maps, and its losses' parts."""

    title: str
    cells: pd.Index
    metric: str
    heat_tables: list[HeatTable]
    parts: list[Part]


@dataclass(frozen=True)
class Sections:
    """Those that fit on a page, how many groups do not, and how many figures."""

    shown: list[Section]
    left_out: int
    undrawn: int

    @property
    def policies(self) -> dict[str, str]:
        """The policies that there are, with their meanings."""
        return {one.policy: one.meaning for section in self.shown for one in section.heat_tables}

    def told(self, found: Findings) -> Findings:
        """Give what was found in the cells that are in a section."""
        if not self.left_out:
            return found
        return Findings(found.table.loc[[cell for section in self.shown for cell in section.cells]])


def make_sections(found: Findings, labels: "pd.Series[Any]") -> Sections:
    """Make the sections of a table, by the labels of its losses, as far as they fit."""
    groups = list(split_groups(found.table))
    shown: list[Section] = []
    entries = drawn = undrawn = 0
    for title, group in groups[:GROUPS]:
        heats = heat_tables(group, labels.loc[group.index])
        entries += max((len(one.rows) * len(one.columns) for one in heats), default=0)
        if entries > ENTRIES and shown:
            break
        parts = list(_parts(found, group, FIGURES - drawn))
        drawn += sum(bool(part.figure) for part in parts)
        undrawn += sum(not part.figure for part in parts)
        name, metric = describe_cells(group, title), sentence(accuracy_words(group))
        shown.append(Section(name, group.index, metric, heats, parts))
    return Sections(shown, len(groups) - len(shown), undrawn)


def _parts(found: Findings, group: pd.DataFrame, figures: int) -> Iterator[Part]:
    for number, (title, cells) in enumerate(swept_rates(group)):
        policies = Asked(cells).policies(cells)
        figure = draw(accuracy_over_rate(cells, policies, title), figures - number) if number < figures else ""
        yield Part(title, figure, found.choices(cells))
