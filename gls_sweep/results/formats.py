"""Tables as text for other programs: Markdown, LaTeX, HTML, CSV."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from gls_sweep.results.escape import escape_latex, escape_markdown

TEXT_FORMATS = ("markdown", "latex", "csv", "html")
FORMATS = ("rich", *TEXT_FORMATS)


class Entry(NamedTuple):
    """An entry with something to set off: a number, what was lost beside it, and whether the number is marked."""

    number: str
    lost: str = ""
    marked: bool = False


@dataclass(frozen=True)
class Grid:
    """A table as it is shown, in whatever format.

    Attributes
    ----------
    frame
        What is shown, the names of its columns as the head: texts, numbers or `Entry`; missing ones stay empty. Its
        index is not shown. The first column names the rows. Without any columns only the notes are shown.
    title
        A line above.
    notes
        Lines below.
    numbers
        The same as plain numbers, one row an entry, which is what CSV holds; `frame` when None.
    foot
        So many rows at the end are set off by a line.
    """

    frame: pd.DataFrame
    title: str = ""
    notes: Sequence[str] = ()
    numbers: pd.DataFrame | None = None
    foot: int = 0


def write_grids(grids: Sequence[Grid], kind: str) -> str:
    """Write tables one after the other, their texts escaped.

    Parameters
    ----------
    grids
        At least one.
    kind
        "markdown" (pipe tables), "latex" (environments `table`, for the package booktabs), "html" (a fragment in ASCII)
        or "csv" (one table of numbers: the rows of all, under each other).
    """
    if kind == "csv":
        frames = [grid.frame.map(_plain) if grid.numbers is None else grid.numbers for grid in grids]
        return str(pd.concat([frame for frame in frames if len(frame.columns)]).to_csv(index=False))
    write = {"markdown": _markdown, "latex": _latex, "html": _html}[kind]
    return "\n".join(write(grid) for grid in grids)


def _markdown(grid: Grid) -> str:
    notes = [line for note in grid.notes for line in ("", escape_markdown(note))]
    if not len(grid.frame.columns):
        return "\n".join([*notes[1:], ""])
    heads = [escape_markdown(str(head)) for head in grid.frame]
    rules = [{"l": ":--", "c": ":-:", "r": "--:"}[_align(grid.frame[head])] for head in grid.frame]
    lines = [heads, rules, *_texts(grid.frame, escape_markdown, "**{}**")]
    title = [f"**{escape_markdown(grid.title)}**", ""] if grid.title else []
    return "\n".join([*title, *(f"| {' | '.join(line)} |" for line in lines), *notes, ""])


def _latex(grid: Grid) -> str:
    if not len(grid.frame.columns):
        return "".join(f"{escape_latex(note)}\n\n" for note in grid.notes)
    sentences = [grid.title, *(note[:1].upper() + note[1:] for note in grid.notes)]
    caption = escape_latex(" ".join(f"{sentence.rstrip('.')}." for sentence in sentences if sentence))
    heads = [escape_latex(str(head)) for head in grid.frame]
    rows = [f"{' & '.join(line)} \\\\" for line in (heads, *_texts(grid.frame, escape_latex, r"\textbf{{{}}}"))]
    last = len(rows) - grid.foot
    body = [rows[0], r"\midrule", *rows[1:last], *([r"\midrule"] if grid.foot else []), *rows[last:]]
    lines = [
        r"\begin{table}  % \usepackage{booktabs}",
        r"\centering",
        *([rf"\caption{{{caption}}}"] if caption else []),
        rf"\begin{{tabular}}{{{''.join(_align(grid.frame[head]) for head in grid.frame)}}}",
        *(r"\toprule", *body, r"\bottomrule"),
        *(r"\end{tabular}", r"\end{table}", ""),
    ]
    return "\n".join(lines)


def _html(grid: Grid) -> str:
    table = [_html_table(grid)] if len(grid.frame.columns) else []
    whole = "\n".join([*table, *(f"<p>{html.escape(note)}</p>" for note in grid.notes), ""])
    return whole.encode("ascii", "xmlcharrefreplace").decode()  # so that no page's encoding matters


def _html_table(grid: Grid) -> str:
    heads = [html.escape(str(head)) for head in grid.frame]
    frame = pd.DataFrame(_texts(grid.frame, html.escape, "<strong>{}</strong>"), columns=heads)
    start, end, body = frame.to_html(index=False, escape=False, border=0, justify="left").partition(">")
    caption = f"\n  <caption>{html.escape(grid.title)}</caption>" if grid.title else ""
    return start + end + caption + body


def _texts(frame: pd.DataFrame, escape: Callable[[str], str], mark: str) -> list[list[str]]:
    def text(value: Any) -> str:
        number, lost, marked = entry_of(value)
        shown = escape(number.strip())
        return " ".join(filter(None, (mark.format(shown) if marked else shown, escape(lost))))

    return [list(map(text, row)) for row in frame.itertuples(index=False, name=None)]


def entry_of(value: Any) -> Entry:
    """Take whatever stands in a frame as an entry."""
    if isinstance(value, Entry):
        return value
    if pd.isna(value):
        return Entry("")
    return Entry(f"{value:g}" if isinstance(value, float) else str(value))


def _plain(value: Any) -> Any:
    return " ".join(filter(None, (value.number.strip(), value.lost))) if isinstance(value, Entry) else value


def _align(column: pd.Series[Any]) -> str:
    """Numbers to the right, entries in the middle, words to the left."""
    if any(isinstance(value, Entry) for value in column):
        return "c"
    return "r" if is_numeric(column) else "l"


def is_numeric(column: pd.Series[Any]) -> bool:
    """Tell whether a column is of numbers, which stand to the right."""
    return bool(pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column))
