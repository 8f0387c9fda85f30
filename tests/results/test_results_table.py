"""Records on disk become a table with one vocabulary and right types."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from gls_sweep.errors import UserError
from gls_sweep.record_file import cell_folder
from gls_sweep.results import load_table, write_table
from tests.results.conftest import auto, finished, with_loss, write_record, write_results

Record = dict[str, Any]
TableOf = Callable[[Iterable[Record]], pd.DataFrame]


def test_one_row_a_cell_with_the_record_s_values(sweep: Path, table: pd.DataFrame) -> None:
    records = (json.loads(path.read_text()) for path in sorted((sweep / "cells").glob("*/*/record.json")))
    record = next(record for record in records if record["status"] == "finished")
    row = table.set_index("signature").loc[record["signature"]]
    config, policies = record["config"], record["policies"]
    assert len(table) == 4 * 14 * 3
    assert row["status"] == "finished"
    assert row["loss.smooth_rate"] == config["loss"]["smooth_rate"]
    assert row["schedule.phases.main.epochs"] == config["schedule"]["phases"]["main"]["epochs"]
    assert row["model.hidden"] == "[64, 64]"
    assert row["val.epoch"] == policies["val"]["epoch"]
    assert row["best.test_accuracy"] == policies["best"]["test_accuracy"]
    assert row["whole_run.val.test_accuracy"] == record["whole_run"]["val"]["test_accuracy"]
    assert row["noise.realised_rate"] == record["noise"]["realised_rate"]
    assert row["noise.num_classes"] == 10


@pytest.mark.parametrize(
    ("column", "dtype"),
    [
        ("signature", "str"),
        ("status", "str"),
        ("error", "str"),
        ("git_commit", "str"),
        ("diverged_at.phase", "str"),
        ("diverged_at.epoch", "Int64"),
        ("dataset.name", "str"),
        ("model.hidden", "str"),
        ("loss.smooth_rate", "float64"),
        ("noise.rate", "float64"),
        ("noise.seed", "Int64"),
        ("seed", "Int64"),
        ("val.phase", "str"),
        ("val.epoch", "Int64"),
        ("last5.epoch", "Int64"),
        ("best.test_accuracy", "float64"),
        ("whole_run.best.epoch", "Int64"),
        ("noise.num_classes", "Int64"),
        ("time.finished", "datetime64[us, UTC]"),
        ("time.seconds", "float64"),
        ("execution.pack_size", "Int64"),
    ],
)
def test_types(table: pd.DataFrame, column: str, dtype: str) -> None:
    assert table[column].dtype == dtype


def test_no_column_of_objects(table: pd.DataFrame) -> None:
    assert not (table.dtypes == "object").any()


def test_rows_are_sorted_by_configuration(table: pd.DataFrame) -> None:
    keys = table[["noise.rate", "noise.seed", "loss.smooth_rate"]]
    assert_frame_equal(keys, keys.sort_values(list(keys), ignore_index=True))


def test_what_some_cells_lack_is_missing_there(make_record: Callable[..., Record], table_of: TableOf) -> None:
    ce = make_record(seed=1)
    ce["config"]["loss"] = {"name": "ce", "weights": [1, 2], "flag": True}
    table = table_of([make_record(seed=0), ce])
    assert list(table["loss.smooth_rate"].isna()) == [
        table["loss.name"].iat[0] == "ce",
        table["loss.name"].iat[1] == "ce",
    ]
    assert table["loss.flag"].dtype == "boolean"
    assert set(table["loss.weights"].dropna()) == {"[1, 2]"}


def test_an_estimated_smooth_rate_leaves_the_column_numeric(table_of: TableOf) -> None:
    table = table_of([auto(-0.3), finished(0.4), with_loss("ce")])
    assert table["loss.smooth_rate"].dtype == "float64"
    row = table.set_index("loss.auto").loc[True]
    assert pd.isna(row["loss.smooth_rate"])
    assert row[["estimate.estimator", "estimate.noise_rate", "estimate.smooth_rate"]].tolist() == [
        "confident_joint",
        0.2,
        -0.3,
    ]
    assert table["loss.auto"].dtype == "boolean"
    assert (~table["loss.auto"]).sum() == 2
    assert not [
        column for column in table if column.startswith("estimate.") and column.endswith(("transition", "shares"))
    ]


def test_without_estimates_there_are_no_columns_of_them(table: pd.DataFrame) -> None:
    assert not table.columns.str.contains("estimate|loss.auto").any()


def test_a_loss_of_a_phase_may_be_estimated_too(table_of: TableOf) -> None:
    record = finished()
    record["config"]["schedule"]["phases"]["main"]["loss"] = {"name": "gls", "smooth_rate": "auto"}
    row = table_of([record]).iloc[0]
    assert row["schedule.phases.main.loss.auto"] and pd.isna(row["schedule.phases.main.loss.smooth_rate"])


def test_a_column_that_has_values_in_no_cell_has_the_type_of_its_name(table_of: TableOf) -> None:
    record = finished()
    record["time"]["finished"] = None
    table = table_of([record])
    assert isinstance(table["time.finished"].dtype, pd.DatetimeTZDtype) and table["time.finished"].isna().all()
    assert (table["diverged_at.epoch"].dtype, table["diverged_at.phase"].dtype, table["error"].dtype) == (
        "Int64",
        "str",
        "str",
    )


def test_what_is_not_known_of_the_true_labels_is_missing(table_of: TableOf) -> None:
    record = finished()
    record["noise"] |= {"realised_rate": None, "realised_transition": None}
    table = table_of([record])
    assert table["noise.realised_rate"].dtype == "float64" and table["noise.realised_rate"].isna().all()


def test_only_the_asked_cells_and_no_complaint_about_one_not_done(sweep: Path, table: pd.DataFrame) -> None:
    wanted = list(table["signature"].iloc[:5])
    assert set(load_table(sweep, [*wanted, "not-done-yet"])["signature"]) == set(wanted)


def test_other_files_and_unfinished_cells_are_passed_over(
    sweep: Path, tmp_path: Path, make_record: Callable[..., Record]
) -> None:
    write_results(tmp_path, [make_record()])
    training = cell_folder(tmp_path, "0123456789abcdef")
    training.mkdir(parents=True)
    for path in (training / "checkpoint.pt", tmp_path / "cells" / "README.txt", tmp_path / "table.csv"):
        path.touch()
    assert len(load_table(tmp_path)) == 1


def test_no_results_folder_says_what_is_expected(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"cells/<2 digits>/<signature>/record\.json.*gls-sweep -m") as error:
        load_table(tmp_path / "nothing")
    assert "\n" not in str(error.value)


def test_the_folder_above_names_the_sweeps_in_it(sweep: Path) -> None:
    with pytest.raises(UserError, match=f"did you mean {sweep}"):
        load_table(sweep.parent)


@pytest.mark.parametrize("text", ["{half", "[]", "{}", '{"format": 1, "checksum": "wrong"}'])
def test_a_damaged_record_is_reported_and_left_out(
    tmp_path: Path, text: str, make_record: Callable[..., Record], caplog: pytest.LogCaptureFixture
) -> None:
    whole, other = make_record(), make_record(seed=1)
    write_results(tmp_path, [whole, other])
    damaged = cell_folder(tmp_path, other["signature"]) / "record.json"
    damaged.write_text(text)
    assert len(load_table(tmp_path)) == 1
    assert f"{damaged}: is cut off or changed" in caplog.text


def test_a_record_in_another_cell_s_folder_is_left_out(
    tmp_path: Path, make_record: Callable[..., Record], caplog: pytest.LogCaptureFixture
) -> None:
    record = make_record()
    write_results(tmp_path, [record])
    stranger = cell_folder(tmp_path, "0123456789abcdef") / "record.json"
    stranger.parent.mkdir(parents=True)
    write_record(stranger, record)
    assert list(load_table(tmp_path)["signature"]) == [record["signature"]]
    assert f"{stranger}: is cut off or changed" in caplog.text


def test_table_survives_parquet(table: pd.DataFrame, tmp_path: Path) -> None:
    parquet, csv = write_table(table, tmp_path / "new")
    assert_frame_equal(pd.read_parquet(parquet), table)
    own = pd.read_csv(csv, parse_dates=["time.finished"])
    table.to_csv(tmp_path / "pandas.csv", index=False)
    expected = pd.read_csv(tmp_path / "pandas.csv", parse_dates=["time.finished"])
    assert_frame_equal(own, expected, check_dtype=False, rtol=0, atol=0)  # 0.0 is written as 0
    assert {path.name for path in parquet.parent.iterdir()} == {"table.parquet", "table.csv"}


def test_a_write_that_fails_leaves_the_old_table(table: pd.DataFrame, tmp_path: Path) -> None:
    write_table(table, tmp_path)
    with pytest.raises(ValueError, match="Duplicate"):
        write_table(pd.concat([table, table], axis=1), tmp_path)
    assert_frame_equal(pd.read_parquet(tmp_path / "table.parquet"), table)
    assert len(list(tmp_path.iterdir())) == 2
