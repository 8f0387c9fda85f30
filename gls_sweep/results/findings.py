"""What several readers of the same cells ask for, the terminal and the page, found once."""

from collections.abc import Collection
from functools import cached_property

import pandas as pd

from gls_sweep.results.choices import ChoiceTable, choice_tables
from gls_sweep.results.statistics.samples import Sample, samples
from gls_sweep.results.statistics.sentences import sentence


class Findings:
    """Finds what it is asked for, and remembers it.

    Parameters
    ----------
    table
        Cells as from `load_table`; they must stay as they are.
    """

    def __init__(self, table: pd.DataFrame) -> None:
        self.table = table
        self._sentences: dict[int, str] = {}
        self._choices: dict[tuple[int, ...], list[ChoiceTable]] = {}

    def among(self, signatures: Collection[str]) -> "Findings":
        """Give the findings in some of the cells: these, where that is all of them."""
        own = self.table[self.table["signature"].isin(signatures)]
        return self if len(own) == len(self.table) else Findings(own)

    @cached_property
    def samples(self) -> list[Sample]:
        """The samples of all groups and noise rates, each under its group's `chosen_policy`."""
        return list(samples(self.table, None))

    def sentence(self, number: int) -> str:
        """Say what is best in the sample of this number."""
        if number not in self._sentences:
            self._sentences[number] = sentence(self.samples[number])
        return self._sentences[number]

    def choices(self, cells: pd.DataFrame) -> list[ChoiceTable]:
        """Give the `choice_tables` of some of the cells, rows of the table."""
        rows = tuple(cells.index)
        if rows not in self._choices:
            self._choices[rows] = choice_tables(cells)
        return self._choices[rows]
