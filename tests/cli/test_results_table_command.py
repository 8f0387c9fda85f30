"""`gls-results table` and `export` print and write what was asked for."""

import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from tests.results.conftest import finished, write_results

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three rates, two noises, three seeds."""
    cells = [(rate, noise, seed) for rate in (0.0, -0.8, -2.0) for noise in (0.2, 0.4) for seed in range(3)]
    return write_results(tmp_path / "digits", [finished(*cell) for cell in cells])


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("rich", "val: epoch best on held-out noisy labels"),
        ("markdown", r"| r \\ ε | 0.2 | 0.4 |"),
        ("latex", r"\begin{tabular}{lcc}"),
        ("html", "<th>r \\ &#949;</th>"),
        ("csv", "group,policy,metric,loss.smooth_rate,noise.rate,mean,std,n,diverged,failed,best_two"),
    ],
)
def test_each_format_is_printed_and_written(
    folder: Path, tmp_path: Path, kind: str, line: str, gls_results: Run
) -> None:
    words = ["table", str(folder), "--policy", "val", "--format", kind]
    status, out, err = gls_results(*words)
    assert (status, err) == (0, "") and line in out
    path = tmp_path / "table.any"
    assert gls_results(*words, "--out", str(path)) == (0, f"written: {path}\n", "")
    assert line in path.read_text(encoding="utf-8")


def test_the_ending_says_the_format(folder: Path, tmp_path: Path, gls_results: Run) -> None:
    for ending, start in (
        (".md", "**"),
        (".tex", r"\begin{table}"),
        (".html", "<table"),
        (".txt", "dataset.name=digits"),
    ):
        path = tmp_path / f"table{ending}"
        assert gls_results("table", str(folder), "--out", str(path))[0] == 0
        assert path.read_text(encoding="utf-8").startswith(start)


def test_rows_columns_and_metric_can_be_chosen(folder: Path, gls_results: Run) -> None:
    words = ("--policy", "last", "--rows", "noise.rate", "--columns", "loss.smooth_rate", "--metric", "test_nll")
    status, out, err = gls_results("table", str(folder), *words, "--format", "csv")
    read = pd.read_csv(io.StringIO(out))
    assert (status, err) == (0, "") and len(read) == 6 and set(read["metric"]) == {"test_nll"}


def test_the_printed_table_ends_in_what_the_seeds_tell(folder: Path, gls_results: Run) -> None:
    status, out, err = gls_results("table", str(folder))
    assert (status, err) == (0, "")
    told = [line for line in out.splitlines() if " is best (" in line]
    assert [line.split(":")[0] for line in told] == ["noise 0.2, val", "noise 0.4, val"]


def test_statistics(folder: Path, gls_results: Run) -> None:
    status, out, err = gls_results("table", "--statistics", str(folder))
    assert (status, err) == (0, "")
    assert "val: mean [95 % interval]" in out and "val: difference from r = 0 in points" in out
    status, out, err = gls_results("table", "--paper-test", str(folder))
    assert (status, err) == (0, "") and "too few smooth rates" in out


def test_export(folder: Path, tmp_path: Path, gls_results: Run) -> None:
    path = tmp_path / "cells.csv"
    told = gls_results(
        "export", "--out", str(path), "--filter", "seed=0,1,2", "--filter", "noise.rate=0.2", str(folder)
    )
    assert told == (0, f"written: {path}, 9 cells\n", "") and len(pd.read_csv(path)) == 9
    path = tmp_path / "epochs.parquet"
    told = gls_results("export", str(folder), "--histories", "--out", str(path))
    assert told == (0, f"written: {path}, 18 epochs\n", "") and len(pd.read_parquet(path)) == 18


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["table", "--out", "table.pdf"], "--out table.pdf: must end in .md, .tex, .csv, .html or .txt"),
        (["table", "--policy", "val", "wors"], "--policy wors: must be one of last, best, val, last5"),
        (["table", "--statistics", "--rows", "model.name"], "--statistics: tests losses for each noise rate; leave"),
        (["table", "--paper-test", "--rows", "model.name"], "--paper-test: tests losses for each noise rate; leave"),
        (["table", "--filter", "seed=0", "seed=1"], "unrecognized arguments: seed=1"),
        (["export", "--out", "cells.xlsx"], "must end in .csv, .parquet, .json, .jsonl"),
        (["export"], "required: --out"),
    ],
)
def test_a_mistake_is_one_line(folder: Path, words: list[str], message: str, gls_results: Run) -> None:
    status, out, err = gls_results(words[0], str(folder), *words[1:])
    assert (status, out) == (2, "") and message in err and err.count("\n") == 1
