"""With the index, whatever happened to it and to the records, the table is the one that the records alone give."""

import logging
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from gls_sweep.record_file import cell_folder
from gls_sweep.results import gather as gather_module
from gls_sweep.results import index, load_table, read_statuses
from gls_sweep.results.columns import as_columns, as_frame, concat, names_of
from gls_sweep.results.gather import gather, trusted
from gls_sweep.results.index import write_index
from tests.results.conftest import auto, write_record, write_results

Record = dict[str, Any]
Make = Callable[..., Record]

VALUES = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text()
LEAVES = st.dictionaries(st.sampled_from(["a", "a:b", "loss.wa", "best.epoch", "git_commit"]), VALUES)
ROWS = st.lists(LEAVES.map(lambda row: row | {"signature": "s"}), max_size=5)


def update(folder: Path) -> None:
    """Bring the index up to date as the end of a sweep does."""
    write_index(folder, gather(folder, verify=True))


def afresh(folder: Path) -> pd.DataFrame:
    """The table without any index."""
    kept = folder / "index.parquet"
    kept.rename(folder / "kept")
    try:
        return load_table(folder)
    finally:
        (folder / "kept").rename(kept)


@pytest.fixture
def mixed(tmp_path: Path, make_record: Make, make_diverged: Make) -> Path:
    """Cells whose configurations and results differ in which keys they have and of which types these are."""
    records = [make_record(seed=seed) for seed in range(3)] + [make_diverged(-6.0)]
    losses: list[Record] = [
        {"name": "ce", "weights": [1, 2], "flag": True},
        {"name": "gls", "smooth_rate": 1, "wa": 0, "wb": "half", "flag": None},
        {"name": "gls", "smooth_rate": 0.5, "wa": 0.5, "wb": True, "nested": {"deep": 2}},
    ]
    records += [auto(seed=5), auto(seed=6, loss={"estimator": "hoc"})]
    records += [make_record(seed=7 + number, loss=loss) for number, loss in enumerate(losses)]
    folder = write_results(tmp_path / "sweep", records)
    update(folder)
    return folder


def rerecord(folder: Path, make_record: Make) -> None:
    record = make_record(seed=1)
    record["policies"]["last"]["test_accuracy"] = 0
    write_results(folder, [record])


def cut_record(folder: Path, make_record: Make) -> None:
    path = cell_folder(folder, make_record(seed=1)["signature"]) / "record.json"
    path.write_bytes(path.read_bytes()[:100])


def cut_index(folder: Path, _: Make) -> None:
    path = folder / "index.parquet"
    path.write_bytes(path.read_bytes()[:-100])


CHANGES: dict[str, Callable[[Path, Make], Any]] = {
    "nothing": lambda folder, make: None,
    "a cell more": lambda folder, make: write_results(folder, [make(seed=20, loss={"wa": "text", "more": 1.5})]),
    "a cell recorded again": rerecord,
    "a cell deleted": lambda folder, make: shutil.rmtree(cell_folder(folder, make(seed=1)["signature"])),
    "all cells of a shard deleted": lambda folder, make: shutil.rmtree(next((folder / "cells").iterdir())),
    "a record cut off": cut_record,
    "a failed cell more": lambda folder, make: write_results(
        folder, [{**make(seed=21), "status": "failed", "error": "boom", "policies": {}, "whole_run": {}, "noise": {}}]
    ),
    "the index cut off": cut_index,
    "the index empty": lambda folder, make: (folder / "index.parquet").write_bytes(b""),
    "the index something else": lambda folder, make: pd.DataFrame({"a": [1]}).to_parquet(folder / "index.parquet"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_table_is_that_of_the_records_alone(mixed: Path, make_record: Make, change: str) -> None:
    CHANGES[change](mixed, make_record)
    expected = afresh(mixed)
    assert_frame_equal(load_table(mixed), expected)
    update(mixed)
    assert_frame_equal(load_table(mixed), expected)
    assert read_statuses(mixed) == dict(zip(expected["signature"], expected["status"], strict=True))
    some = list(expected["signature"])[::2]
    assert set(load_table(mixed, [*some, "0123456789abcdef"])["signature"]) == set(some)


@settings(deadline=None, max_examples=100)
@given(ROWS, ROWS)
def test_columns_put_together_are_those_of_all_rows(kept: list[Record], fresh: list[Record]) -> None:
    whole, parts = as_columns([*kept, *fresh]), concat([as_columns(kept), as_columns(fresh)])
    names = sorted(names_of(whole))
    assert sorted(names_of(parts)) == names == sorted({name for row in [*kept, *fresh] for name in row})
    assert_frame_equal(as_frame(whole, names), as_frame(parts, names))


def test_a_bit_flipped_anywhere_in_the_index_never_shows(mixed: Path) -> None:
    expected, path = load_table(mixed), mixed / "index.parquet"
    whole, draw = path.read_bytes(), random.Random(0)
    for place in sorted(draw.sample(range(len(whole)), 30)) + list(range(len(whole) - 10, len(whole))):
        changed = bytearray(whole)
        changed[place] ^= 1 << draw.randrange(8)
        path.write_bytes(changed)
        assert_frame_equal(load_table(mixed), expected)


def test_records_in_the_index_are_not_read(mixed: Path, monkeypatch: pytest.MonkeyPatch, make_record: Make) -> None:
    expected = load_table(mixed)
    read: list[str] = []
    monkeypatch.setattr(gather_module, "make_row", lambda record: read.append(record["signature"]))
    assert_frame_equal(load_table(mixed), expected)
    assert read == []


def test_an_index_of_another_layout_is_rebuilt_with_a_word(
    mixed: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    expected, before = load_table(mixed), (mixed / "index.parquet").read_bytes()
    monkeypatch.setattr(index, "LAYOUT", index.LAYOUT + 1)
    with caplog.at_level(logging.INFO):
        assert_frame_equal(load_table(mixed), expected)
    assert "index.parquet: cannot be used (it has another layout)" in caplog.text
    update(mixed)
    assert (mixed / "index.parquet").read_bytes() != before
    caplog.clear()
    load_table(mixed)
    assert not caplog.records


def test_an_index_that_says_the_same_is_not_written_again(mixed: Path, make_record: Make) -> None:
    before = (mixed / "index.parquet").stat()
    update(mixed)
    assert (mixed / "index.parquet").stat().st_ino == before.st_ino
    shutil.rmtree(cell_folder(mixed, make_record(seed=1)["signature"]))
    update(mixed)
    assert (mixed / "index.parquet").stat().st_ino != before.st_ino
    assert [path.name for path in mixed.iterdir() if path.name.startswith(".")] == []


def test_a_cell_whose_files_are_damaged_is_not_trusted(mixed: Path, make_record: Make) -> None:
    signatures = set(load_table(mixed)["signature"])
    assert trusted(mixed, [*signatures, "0123456789abcdef"]) == signatures
    changed, gone, again, touched = (make_record(seed=seed)["signature"] for seed in range(4))
    write_results(mixed, [make_record(seed=3)])
    cell = cell_folder(mixed, changed)
    (cell / "history.csv").write_text("other")
    (cell_folder(mixed, gone) / "checkpoint.pt").unlink()
    write_record(cell_folder(mixed, again) / "record.json", make_record(seed=2))
    assert trusted(mixed, signatures) == signatures - {changed, gone, again}
    update(mixed)  # which looks at the files of new cells alone
    (cell_folder(mixed, touched) / "config.yaml").touch()
    os.utime(cell_folder(mixed, touched) / "config.yaml", ns=(0, 0))
    assert trusted(mixed, [touched]) == set()


def test_a_new_cell_with_damaged_files_does_not_enter_the_index(mixed: Path, make_record: Make) -> None:
    record = make_record(seed=3)
    write_results(mixed, [record])
    (cell_folder(mixed, record["signature"]) / "checkpoint.pt").write_bytes(b"")
    update(mixed)
    assert trusted(mixed, [record["signature"]]) == set()
    assert record["signature"] in set(load_table(mixed)["signature"])
