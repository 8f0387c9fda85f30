"""Each sweep beside the published tables that it can be held against."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from gls_sweep.errors import UserError
from gls_sweep.results import compare, list_published, load_published
from gls_sweep.results.escape import signed
from gls_sweep.results.formats import Entry, Grid
from gls_sweep.results.numbers import percent
from gls_sweep.results.present_comparison import published_grid
from gls_sweep.results.published import Published

SHOWN = "ours (published) in %, policy as published, the better line of each; bold: within twice the combined error"


def agreement_grids(tables: Mapping[str, pd.DataFrame]) -> Iterator[Grid]:
    """Lay out `ours (published)` of each sweep and each published table of the same data."""
    for name, table in tables.items():
        for published in map(load_published, list_published()):
            try:
                lines = compare(table, published)
            except UserError:  # of other data
                continue
            yield _grid(name, lines, published)


def _grid(sweep: str, lines: pd.DataFrame, published: Published) -> Grid:
    single = lines[lines["best"] | ~lines.duplicated(["noise", "row"], keep=False)]
    entries: dict[str, dict[str, Any]] = {row: {"row": signed(row.replace("=", " = "))} for row in single["row"]}
    for line in single.to_dict("records"):
        numbers = [percent(line[name], published.decimals) for name in ("mean", "reference")]
        entries[line["row"]][line["noise"]] = Entry("{} ({})".format(*numbers), "", line["within"] is True)
    notes = published_grid(lines, published).notes
    told = [note for note in notes if note.startswith("trained otherwise")]
    return Grid(pd.DataFrame(entries.values()), f"{sweep} and {published.title}", [SHOWN, *told, notes[-1]])
