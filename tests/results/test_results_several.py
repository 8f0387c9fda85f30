"""Tables of several sweeps, and the choice of cells."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from gls_sweep.errors import UserError
from gls_sweep.results import load_table
from gls_sweep.results.groups import split_groups
from gls_sweep.results.selection import select
from gls_sweep.results.several import folders_of, load_sweeps
from tests.results.conftest import auto, diverged, finished, write_results

TableOf = Callable[[Iterable[dict[str, Any]]], pd.DataFrame]


@pytest.mark.parametrize(
    ("value", "word"),
    [(0.5, "0.50"), (-1.0, "-1"), (3, "3"), (True, "true"), ("ce", "ce"), ("[64, 64]", "[64,64]"), (None, "null")],
)
def test_a_value_may_be_written_as_on_the_command_line(value: object, word: str) -> None:
    table = pd.DataFrame({"model.key": pd.Series([value, "other"], dtype=object), "status": "finished"})
    assert select(table, [f"model.key={word}"]).index.tolist() == [0]


def test_filters_take_several_values_and_narrow_each_other(table_of: TableOf) -> None:
    cells = [finished(rate, noise, seed) for rate in (-2.0, 0.0, 0.8) for noise in (0.2, 0.4) for seed in (0, 1)]
    table = table_of([*cells, auto(), diverged(finished(-8.0))])
    chosen = select(table, ["loss.smooth_rate=0,-2.0,auto", "noise.rate=0.2", "seed=0"])
    assert sorted(chosen["loss.smooth_rate"].dropna()) == [-2.0, 0.0] and len(chosen) == 3
    assert select(table, ["status=diverged"])["loss.smooth_rate"].tolist() == [-8.0]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("noise.rate", "must be KEY=VALUE"),
        ("noise.rat=0.2", "no cell has the key noise.rat \\(did you mean noise.rate"),
        ("noise.rate=0.9", "no cell is left; there are 0.2"),
    ],
)
def test_a_wrong_filter_is_one_line(table_of: TableOf, word: str, said: str) -> None:
    with pytest.raises(UserError, match=said) as error:
        select(table_of([finished()]), [word])
    assert "\n" not in str(error.value)


def test_each_cell_is_found_in_its_own_sweep(tmp_path: Path) -> None:
    """The same cell in each of two of the same name."""
    folders = [tmp_path / "a" / "sweep", tmp_path / "b" / "sweep"]
    for folder in folders:
        write_results(folder, [finished()])
    table = load_sweeps(folders).table
    assert folders_of(table, folders).tolist() == folders
    assert folders_of(table[1:], folders).tolist() == folders[1:]
    assert folders_of(load_table(folders[0]), folders[:1]).tolist() == folders[:1]


def test_sweeps_stay_apart_in_one_table(sweep: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.symlink_to(sweep)
    copy = tmp_path / "copy"
    copy.mkdir()
    (copy / "cells").symlink_to(sweep / "cells")
    table = load_sweeps([sweep, copy]).table
    alone = load_table(sweep)
    assert len(table) == 2 * len(alone)
    titles = [title for title, _ in split_groups(table)]
    assert titles == sorted(f"sweep={name}" for name in (sweep.name, "copy"))
    for _, cells in split_groups(table):
        assert sorted(cells["signature"]) == sorted(alone["signature"])
    pd.testing.assert_frame_equal(load_sweeps([sweep]).table, alone)
    with pytest.raises(UserError, match="one is there twice"):
        load_sweeps([sweep, other])
