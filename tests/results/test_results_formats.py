"""Tables hold the same in every format, and no text breaks out of them."""

import io
import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from gls_sweep.cli import table_output
from gls_sweep.errors import UserError
from gls_sweep.results.formats import FORMATS, TEXT_FORMATS, Entry, Grid, write_grids
from gls_sweep.results.layout import Layout, written
from gls_sweep.results.pivot import best_two, pivot
from gls_sweep.results.terminal import rich_grids
from tests.results.conftest import finished, with_loss
from tests.results.test_results_present import printed

Record = dict[str, Any]
TableOf = Callable[[Iterable[Record]], pd.DataFrame]

NASTY = r'a_b%c&d#e$f{g}h~i^j\k|l<m>n"o*p`q[r]'
"""As the name of a file in a configuration may be."""


@pytest.fixture
def nasty() -> Grid:
    """A table with such a name wherever a text can stand."""
    entries: list[Any] = [Entry("93.1±0.4", "(2 div)", marked=True), Entry(NASTY)]
    return Grid(pd.DataFrame({NASTY: [NASTY, "-0.8"], "ε": pd.Series(entries, dtype="object")}), NASTY, [NASTY], foot=1)


def compile_latex(text: str, folder: Path) -> str:
    """Compile tables in a document as a paper would; gives the log."""
    document = "\\documentclass{article}\n\\usepackage{booktabs}\n\\begin{document}\n" + text + "\\end{document}\n"
    (folder / "tables.tex").write_text(document, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "tables.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=120, check=False)
    said = done.stdout.decode(errors="replace")
    assert done.returncode == 0, said[-2000:]
    return said


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_latex_compiles(table: pd.DataFrame, nasty: Grid, tmp_path: Path) -> None:
    text = write_grids([*written(table, Layout(("best", "val"))), nasty], "latex")
    log = compile_latex(text, tmp_path)
    assert (tmp_path / "tables.pdf").stat().st_size > 10_000
    assert "Undefined" not in log and "Missing character" not in log


def test_latex_is_set_as_the_papers_tables(table: pd.DataFrame) -> None:
    (grid,) = written(table, Layout(("val",)))
    text = write_grids([grid], "latex")
    assert [text.count(rule) for rule in (r"\toprule", r"\midrule", r"\bottomrule")] == [1, 2, 1]
    grids = pivot(table, "val")
    assert text.count(r"\textbf{") == int(best_two(grids.mean).to_numpy().sum())
    assert r"$-$0.8 &" in text and r" $\pm$ " in text and " div " in text
    assert r"test accuracy in \%" in text.lower() and "over 1-3 seeds" in text and "bold: best two" in text


def test_html_is_read_back_as_it_was(table: pd.DataFrame, nasty: Grid) -> None:
    (grid,) = written(table, Layout(("val",)))
    text = write_grids([grid, nasty], "html")
    assert text.isascii() and text.count("<script") == 0
    first, second = read_html(text)
    expected = [[str(row[0]), *(entry_text(entry) for entry in row[1:])] for row in grid.frame.to_numpy()]
    assert first == [list(map(str, grid.frame)), *expected]
    assert second == [[NASTY, "ε"], [NASTY, "93.1±0.4 (2 div)"], ["-0.8", NASTY]]
    assert text.count("<strong>") == 1 + sum(entry.marked for row in grid.frame.to_numpy() for entry in row[1:])


def entry_text(entry: Entry) -> str:
    """Write an entry without its mark."""
    return f"{entry.number.strip()} {entry.lost}".strip()


def read_html(text: str) -> list[list[list[str]]]:
    """Read the tables of an HTML text: rows of texts."""
    from html.parser import HTMLParser

    tables: list[list[list[str]]] = []

    class Reader(HTMLParser):
        inside = False

        def handle_starttag(self, tag: str, attrs: object) -> None:
            if tag == "table":
                tables.append([])
            elif tag == "tr":
                tables[-1].append([])
            elif tag in ("td", "th"):
                tables[-1][-1].append("")
                self.inside = True

        def handle_endtag(self, tag: str) -> None:
            self.inside = self.inside and tag not in ("td", "th")

        def handle_data(self, data: str) -> None:
            if self.inside:
                tables[-1][-1][-1] += data

    Reader().feed(text)
    return tables


def test_markdown_has_a_cell_for_each_entry(nasty: Grid) -> None:
    lines = [line for line in write_grids([nasty], "markdown").splitlines() if line.startswith("|")]
    assert len(lines) == 4
    for line in lines:
        assert line.replace(r"\|", "").count("|") == 3
    assert "| **93.1±0.4** (2 div) |" in lines[2]


def test_csv_has_the_numbers(table: pd.DataFrame) -> None:
    read = pd.read_csv(io.StringIO(write_grids(list(written(table, Layout(("val", "last")))), "csv")))
    assert set(read["policy"]) == {"val", "last"} and len(read) == 2 * 14 * 4
    row = read.set_index(["policy", "loss.smooth_rate", "noise.rate"]).loc[("val", -0.8, 0.4)]
    grids = pivot(table, "val")
    assert row["mean"] == grids.mean.loc["-0.8", 0.4] and row["n"] == 3
    assert bool(row["best_two"]) == bool(best_two(grids.mean).loc["-0.8", 0.4])


@pytest.mark.parametrize("kind", TEXT_FORMATS)
def test_a_plain_frame_is_written_too(kind: str) -> None:
    frame = pd.DataFrame({"name": ["x", None], "value": [0.5, float("nan")]})
    text = write_grids([Grid(frame, "title", ["note"])], kind)
    assert "x" in text and "0.5" in text and "nan" not in text.lower().replace("name", "")


def test_the_command_knows_all_formats() -> None:
    assert table_output.FORMATS == FORMATS


def test_a_terminal_shows_texts_as_they_are(nasty: Grid) -> None:
    text = printed(rich_grids([nasty]), 200)
    assert text.count(NASTY) == 5 and "93.1±0.4* (2 div)" in text


def test_other_rows_and_columns(table_of: TableOf) -> None:
    records = [
        finished(rate, noise, seed, model={"name": name})
        for rate in (0.0, -0.8)
        for noise in (0.2, 0.4)
        for seed in (0, 1)
        for name in ("mlp", "cnn_small")
    ]
    table = table_of(records)
    grids = list(written(table, Layout(("val",), rows=("model.name",), columns=("loss.smooth_rate", "noise.rate"))))
    assert len(grids) == 1
    assert list(grids[0].frame) == [
        "model.name \\ loss.smooth_rate, noise.rate",
        "-0.8, 0.2",
        "-0.8, 0.4",
        "0, 0.2",
        "0, 0.4",
    ]
    numbers = grids[0].numbers
    assert numbers is not None and (numbers["n"] == 2).all()
    own = (table["model.name"] == "mlp") & (table["noise.rate"] == 0.4) & (table["loss.smooth_rate"] == 0)
    entry = numbers[(numbers["model.name"] == "mlp") & (numbers["loss.smooth_rate, noise.rate"] == "0, 0.4")]
    assert entry["mean"].item() == pytest.approx(table.loc[own, "val.test_accuracy"].mean(), abs=1e-15)


def test_smooth_rates_as_rows_are_the_default(table: pd.DataFrame) -> None:
    (default,), (asked,) = (list(written(table, Layout(("val",), rows=rows))) for rows in ((), ("loss.smooth_rate",)))
    pd.testing.assert_frame_equal(asked.frame, default.frame)


def test_what_is_neither_row_nor_column_stays_apart(table: pd.DataFrame) -> None:
    grids = list(written(table, Layout(("val",), columns=("dataset.name",))))
    assert [grid.title.split(",")[0] for grid in grids] == [f"noise.rate={rate}" for rate in ("0", "0.2", "0.4", "0.6")]
    assert all(list(grid.frame) == ["r \\ dataset.name", "digits"] for grid in grids)


def test_a_metric_of_which_less_is_better(table: pd.DataFrame) -> None:
    (grid,) = written(table, Layout(("val",), metric="test_nll"))
    numbers = grid.numbers
    assert numbers is not None and "test nll in nats" in grid.notes[0]
    for _, column in numbers.groupby("noise.rate"):
        assert column.loc[column["best_two"], "mean"].max() <= column.loc[~column["best_two"], "mean"].min()


@pytest.mark.parametrize(
    ("layout", "message"),
    [
        (Layout(metric="test_acuracy"), r"metric=test_acuracy.*did you mean test_accuracy"),
        (Layout(rows=("model.nam",)), r"--rows model.nam: no cell has this key \(did you mean model.name"),
        (Layout(rows=("model.name",), columns=("model.name",)), "stands in --columns too"),
        (Layout(("worst",)), "--policy worst: must be one of last, best"),
    ],
)
def test_a_mistake_is_told(table: pd.DataFrame, layout: Layout, message: str) -> None:
    with pytest.raises(UserError, match=message):
        list(written(table, layout))


def test_names_of_files_in_a_loss_are_escaped(table_of: TableOf) -> None:
    table = table_of([with_loss("forward", transition=f"my_{name}%.npy") for name in ("a", "b")])
    text = write_grids(list(written(table, Layout(("val",)))), "latex")
    assert r"forward transition=my\_a\%.npy" in text
