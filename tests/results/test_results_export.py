"""Histories and exported files hold what the cells recorded."""

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from gls_sweep.errors import UserError
from gls_sweep.files import checksum, write_json
from gls_sweep.record_file import cell_folder, file_checksum
from gls_sweep.results import load_histories, load_table
from gls_sweep.results.export import all_histories, write_rows
from gls_sweep.results.gather import gather, trusted
from gls_sweep.results.index import write_index
from tests.results.conftest import finished, write_results

Record = dict[str, Any]


def rewrite(folder: Path, signature: str, text: str) -> None:
    """Replace a cell's history, as if it had been recorded so."""
    cell = cell_folder(folder, signature)
    (cell / "history.csv").write_text(text)
    record = json.loads((cell / "record.json").read_text())
    record["files"]["history.csv"] = file_checksum(cell / "history.csv")
    write_json(cell / "record.json", {**record, "checksum": checksum(record)})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three cells whose histories have columns of their own."""
    write_results(tmp_path / "sweep", [finished(seed=seed) for seed in range(3)])
    rewrite(tmp_path / "sweep", finished(seed=0)["signature"], "phase,epoch,val_accuracy\nwarmup,1,0.25\nmain,1,0.5\n")
    rewrite(tmp_path / "sweep", finished(seed=1)["signature"], "phase,epoch,train_loss\nmain,1,0.1234567890123456\n")
    return tmp_path / "sweep"


def test_each_epoch_is_a_row_in_the_order_of_training(folder: Path) -> None:
    histories = load_histories(folder)
    assert len(histories) == 4 and histories["signature"].nunique() == 3
    own = histories[histories["signature"] == finished(seed=0)["signature"]]
    assert list(zip(own["phase"], own["epoch"], own["val_accuracy"], strict=True)) == [
        ("warmup", 1, 0.25),
        ("main", 1, 0.5),
    ]
    assert own["train_loss"].isna().all()


def test_only_the_cells_that_were_asked_for(folder: Path) -> None:
    signature = finished(seed=1)["signature"]
    assert load_histories(folder, [signature])["train_loss"].tolist() == [0.1234567890123456]
    assert load_histories(folder, ["no such"]).empty


def test_a_changed_history_is_left_out_with_a_warning(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = cell_folder(folder, finished(seed=0)["signature"]) / "history.csv"
    path.write_text(path.read_text().replace("0.25", "0.75"))
    cell_folder(folder, finished(seed=1)["signature"]).joinpath("history.csv").unlink()
    with caplog.at_level(logging.WARNING):
        assert load_histories(folder)["signature"].unique().tolist() == [finished(seed=2)["signature"]]
    assert len(caplog.messages) == 2 and "is gone, cut off or changed" in caplog.messages[0]


def test_histories_of_an_index_are_those_of_the_records(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What is whole by the index's stamps is taken as it is; what has changed since is found all the same."""
    without = load_histories(folder)
    write_index(folder, gather(folder, verify=True))
    assert trusted(folder, without["signature"]) == set(without["signature"])
    pd.testing.assert_frame_equal(load_histories(folder), without)
    changed, gone = (cell_folder(folder, finished(seed=seed)["signature"]) / "history.csv" for seed in (0, 1))
    changed.write_text(changed.read_text().replace("0.25", "0.75"))
    gone.unlink()
    with caplog.at_level(logging.WARNING):
        assert load_histories(folder)["signature"].unique().tolist() == [finished(seed=2)["signature"]]
    assert len(caplog.messages) == 2


def test_a_failed_cell_has_no_history_and_is_no_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write_results(tmp_path, [{**finished(), "status": "failed", "error": "boom", "policies": {}}])
    assert load_histories(tmp_path).empty and not caplog.messages


@pytest.mark.parametrize("ending", ["csv", "parquet", "json", "jsonl"])
def test_what_is_exported_is_read_back_to_the_last_bit(folder: Path, tmp_path: Path, ending: str) -> None:
    table = load_table(folder)
    path = write_rows(table, tmp_path / f"table.{ending}")
    read = READERS[ending](path)
    assert list(read) == list(table) and read["signature"].tolist() == table["signature"].tolist()
    assert read["val.test_accuracy"].tolist() == table["val.test_accuracy"].tolist()
    assert read["dataset.limit"].isna().all()


READERS: dict[str, Callable[[Path], pd.DataFrame]] = {
    "csv": pd.read_csv,
    "parquet": pd.read_parquet,
    "json": lambda path: pd.DataFrame(json.loads(path.read_text())),
    "jsonl": lambda path: pd.DataFrame([json.loads(line) for line in path.read_text().splitlines()]),
}


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"table\.xlsx: must end in \.csv"):
        write_rows(pd.DataFrame(), tmp_path / "table.xlsx")


def test_histories_carry_what_tells_cells_apart(folder: Path) -> None:
    table = load_table(folder)
    histories = all_histories([folder], table[table["seed"] < 2])
    assert histories.groupby("seed")["signature"].nunique().to_dict() == {0: 1, 1: 1}
    assert {"noise.rate", "loss.smooth_rate", "phase", "epoch"} <= set(histories) and len(histories) == 3
