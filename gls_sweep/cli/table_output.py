"""Where a command's tables go, and in what format."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gls_sweep.errors import UserError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from gls_sweep.results.formats import Grid

FORMATS = ("rich", "markdown", "latex", "csv", "html")  # those of results.formats, which takes pandas to import
ENDINGS = {".md": "markdown", ".tex": "latex", ".csv": "csv", ".html": "html"}
WIDTH = 160  # of a text file


def add_output(command: argparse.ArgumentParser) -> None:
    """Add the options of the output."""
    command.add_argument("--format", choices=FORMATS, help="default: by the ending of FILE, else rich, for a terminal")
    command.add_argument(
        "--out", metavar="FILE", help="write to this file (.md, .tex, .csv, .html, .txt), do not print"
    )


def format_of(words: argparse.Namespace) -> str:
    """Give the format that was asked for, by name or by the file's ending."""
    ending = Path(words.out).suffix.lower() if words.out else ""
    chosen: str = words.format or ENDINGS.get(ending, "rich")
    if words.out and ending not in (*ENDINGS, ".txt") and not words.format:
        raise UserError(f"--out {words.out}: must end in {', '.join(ENDINGS)} or .txt, or say --format")
    return chosen


def put_out(words: argparse.Namespace, grids: Sequence[Grid], drawn: RenderableType | None = None) -> None:
    """Print tables, or write them to the file that was asked for.

    Parameters
    ----------
    words
        With the options of `add_output`.
    grids
        The tables.
    drawn
        The same laid out for a terminal; one under the other, with their notes, when None.
    """
    from rich.console import Console

    from gls_sweep.files import write_text
    from gls_sweep.results.formats import write_grids
    from gls_sweep.results.terminal import rich_grids

    if not grids and drawn is None:
        return
    if format_of(words) != "rich":
        text = write_grids(grids, format_of(words))
    elif words.out is None:
        Console().print(drawn or rich_grids(grids))
        return
    else:
        text = as_text(drawn or rich_grids(grids))
    if words.out is None:
        print(text, end="")
    else:
        write_text(Path(words.out), text)
        print(f"written: {words.out}")


def as_text(drawn: RenderableType) -> str:
    """Give what a terminal without colours would show."""
    from rich.console import Console

    console = Console(width=WIDTH, color_system=None, force_terminal=False)
    with console.capture() as capture:
        console.print(drawn)
    return "".join(f"{line.rstrip()}\n" for line in capture.get().splitlines())
