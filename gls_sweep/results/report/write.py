"""Write the page."""

import base64
import hashlib
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from gls_sweep.files import write_text
from gls_sweep.results.averaged import labels_are_true
from gls_sweep.results.choices import MEANINGS
from gls_sweep.results.findings import Findings
from gls_sweep.results.histories import load_histories
from gls_sweep.results.losses import loss_rows
from gls_sweep.results.report.cell_table import cell_table, outcomes_in_words, row_ids
from gls_sweep.results.report.curves import embed
from gls_sweep.results.report.limits import CELLS, SENTENCES
from gls_sweep.results.report.origin import trace
from gls_sweep.results.report.pictures import pictures
from gls_sweep.results.report.sections import make_sections
from gls_sweep.results.report.words import counted, points
from gls_sweep.results.several import folders_of
from gls_sweep.results.shades import gradient
from gls_sweep.results.statistics.caveats import caveats_of

NAME = "report.html"
SCRIPTS = ("cells.js", "heat.js", "curves.js", "print.js")


def write_report(found: Findings, folders: Sequence[str | Path], path: str | Path, left_out: str = "") -> Path:
    """Write a sweep, or several, as one self-contained page that works offline, and return its path.

    Parameters
    ----------
    found
        Of cells as from `load_table` or `load_sweeps`, at least one.
    folders
        The sweeps that they come from. The page links to their cells by relative paths, and holds the figures that
        were drawn there beside those it has itself.
    path
        Where to, usually `report.html` in the sweep's folder; written atomically.
    left_out
        A line on records that the table leaves out.
    """
    page = Path(path)
    write_text(page, render(found, [Path(folder) for folder in folders], page, left_out))
    return page


def render(found: Findings, folders: Sequence[Path], page: Path, left_out: str) -> str:
    """Give the page as text."""
    environment = Environment(
        loader=PackageLoader("gls_sweep.results.report", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    table = found.table
    labels, listed = loss_rows(table), table[:CELLS]
    sections = make_sections(found, labels)
    told = sections.told(found)
    script = Markup("".join(_asset(name) for name in SCRIPTS))
    return environment.get_template("report.html.j2").render(
        title=", ".join(folder.resolve().name for folder in folders),
        origin=trace(table, folders),
        outcomes=outcomes_in_words(table),
        left_out=left_out,
        sentences=[told.sentence(number) for number in range(len(told.samples))],
        caveats=caveats_of(told.samples, told.table),
        read_at_once=SENTENCES,
        failures=_failures(table),
        sections=sections,
        scale=gradient(),
        cells=cell_table(listed, labels[:CELLS], folders, page),
        cells_left_out=len(table) - len(listed),
        curves=_curves(listed, folders),
        pictures=list(pictures(folders, page)),
        style=Markup(_asset("report.css")),
        script=script,
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        counted=counted,
        points=points,
        meanings=MEANINGS,
    )


def _asset(name: str) -> str:
    return (resources.files("gls_sweep.results.report") / name).read_text(encoding="utf-8")


def _failures(table: pd.DataFrame) -> dict[str, int]:
    """Count the reasons of failed cells, the most frequent first."""
    reasons = table.loc[table["status"] == "failed", "error"].fillna("for an unknown reason")
    return {str(reason): int(count) for reason, count in reasons.value_counts().items()}


def _curves(listed: pd.DataFrame, folders: Sequence[Path]) -> dict[str, Any]:
    """Embed the curves of these cells."""
    own, rows = folders_of(listed, folders), row_ids(listed, folders)
    parts = []
    for folder in folders:
        cells = listed[["signature"]].assign(row=rows)[own == folder]
        parts.append(load_histories(folder, cells["signature"]).merge(cells, on="signature"))
    return embed(pd.concat(parts), labels_are_true(listed))
