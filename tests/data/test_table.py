"""Tables of one's own: what becomes of columns of each kind."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from gls_sweep.data import stratified_split, table
from gls_sweep.errors import UserError

FRAME = pd.DataFrame(
    {
        "age": [31, 45, 27, 60, 52, 38],
        "colour": ["red", "blue", "red", "green", "blue", "red"],
        "height": [1.8, 1.6, 1.7, 1.5, 1.9, 1.75],
        "smokes": [True, False, False, True, True, False],
        "outcome": ["ill", "well", "well", "ill", "ill", "well"],
    }
)


def save(frame: pd.DataFrame, path: Path) -> Path:
    frame.to_csv(path, index=False) if path.suffix == ".csv" else frame.to_parquet(path, index=False)
    return path


def rows(data: Any, part: str = "inputs") -> list[list[float]]:
    return np.round(getattr(data, part).double().numpy(), 3).tolist()


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_numbers_stay_and_categories_become_columns_behind_them(tmp_path: Path, ending: str) -> None:
    train, test = save(FRAME, tmp_path / f"train{ending}"), save(FRAME[:2], tmp_path / f"test{ending}")
    data = table(train=train, test=test, label_column="outcome")
    # age, height, then colour blue, green, red, then smokes False, True
    assert rows(data)[:2] == [[31, 1.8, 0, 0, 1, 0, 1], [45, 1.6, 1, 0, 0, 1, 0]]
    assert rows(data, "test_inputs") == rows(data)[:2]
    assert data.class_names == ("ill", "well")
    assert (data.labels.tolist(), data.test_labels.tolist()) == ([0, 1, 1, 0, 0, 1], [0, 1])
    assert data.labels_are_true
    assert not data.noisy_labels


def test_categories_are_those_of_the_training_part_and_missing_ones_are_one_more(tmp_path: Path) -> None:
    train = save(FRAME.assign(colour=["red", None, "red", "blue", None, "red"]), tmp_path / "train.csv")
    test = save(FRAME[:3].assign(colour=["red", "violet", None]), tmp_path / "test.parquet")
    data = table(train=train, test=test, label_column="outcome", drop=["age", "height", "smokes"])
    assert rows(data)[:4] == [[0, 0, 1], [1, 0, 0], [0, 0, 1], [0, 1, 0]]
    assert rows(data, "test_inputs") == [[0, 0, 1], [0, 0, 0], [1, 0, 0]]


def test_without_a_test_file_a_part_is_held_out_and_its_categories_are_not_known(tmp_path: Path) -> None:
    n = 50
    frame = pd.DataFrame({"x": np.arange(n), "word": [f"w{i // 2}" for i in range(n)], "label": np.arange(n) % 2})
    data = table(train=save(frame, tmp_path / "t.csv"), test_fraction=0.3, split_seed=4)
    kept, held_out = stratified_split(frame["label"].to_numpy(), 0.3, 4)
    assert data.inputs[:, 0].tolist() == kept.tolist()
    assert data.test_inputs[:, 0].tolist() == held_out.tolist()
    assert data.input_shape == (1 + len({i // 2 for i in kept}),)
    known = [i // 2 in set(kept // 2) for i in held_out]
    assert data.test_inputs[:, 1:].sum(1).tolist() == [float(word) for word in known]
    assert not all(known)


def test_noisy_labels_beside_the_true_ones_are_no_feature(tmp_path: Path) -> None:
    frame = FRAME.assign(given=["ill", "ill", "well", "ill", "dead", "well"])
    path = save(frame, tmp_path / "t.csv")
    options: dict[str, Any] = {"train": path, "label_column": "outcome", "noisy_label_column": "given"}
    data = table(**options, test=path)
    assert data.class_names == ("dead", "ill", "well")
    assert {name: labels.tolist() for name, labels in data.noisy_labels.items()} == {"given": [1, 1, 2, 1, 0, 2]}
    assert data.input_shape == (7,)
    # Without the column in the test file, and with a part held out, too.
    assert table(**options, test=save(FRAME, tmp_path / "test.csv")).input_shape == (7,)
    held_out = table(**options, test_fraction=0.34)
    assert (len(held_out.noisy_labels["given"]), len(held_out.labels), len(held_out.test_labels)) == (4, 4, 2)


def test_labels_may_be_numbers_in_any_form(tmp_path: Path) -> None:
    for values, names in (
        ([-1, 1, 10, 2, 1, -1], ("-1", "1", "2", "10")),
        ([0.0, 1.0, 0.0, 1.0, 1.0, 0.0], ("0", "1")),
        ([True, False] * 3, ("False", "True")),
    ):
        path = save(FRAME.assign(outcome=values), tmp_path / "t.parquet")
        assert table(train=path, test=path, label_column="outcome").class_names == names
    assert not table(train=path, test=path, label_column="outcome", labels_are_true=False).labels_are_true


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"age": [31, None, 27, 60, 52, 38]}, r"column 'age' has no finite number in row 1; .*dataset.drop=\[age\]"),
        ({"height": [1, 2, 3, 4, 5, np.inf]}, "column 'height' has no finite number in row 5"),
        ({"height": [1, 2, 3, 4, 5, 1e300]}, "column 'height' has no finite number in row 5"),
        ({"outcome": ["ill", None, *["well"] * 4]}, "row 1 has no label"),
        ({"outcome": [0.5, 1, 0, 1, 0, 1]}, "column 'outcome' is of type float64; labels must be integers or text"),
        ({"outcome": ["ill"] * 6}, "at least 2 classes"),
        ({"name": list("abcdef")}, r"column 'name' has another text in every row; .* dataset.drop=\[name\]"),
        ({"born": pd.date_range("2000", periods=6)}, "column 'born' is of type datetime64"),
    ],
)
def test_columns_that_cannot_be_used_are_named(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    path = save(FRAME.assign(**changes), tmp_path / "t.parquet")
    with pytest.raises(UserError, match=message) as error:
        table(train=path, test=path, label_column="outcome")
    assert "\n" not in str(error.value)


def test_a_test_file_must_have_the_same_columns(tmp_path: Path) -> None:
    train = save(FRAME, tmp_path / "train.csv")
    for changed, message in (
        (FRAME.drop(columns="age"), r"^dataset.test=.*: has no column 'age'"),
        (FRAME.assign(age="old"), r"^dataset.test=.*: column 'age' is of type str, but of numbers in training"),
        (FRAME.assign(outcome="dead"), r"^dataset.test=.*: row 0 has label 'dead', not one of ill, well"),
        (FRAME.drop(columns="outcome"), r"^dataset.label_column=outcome: must be a column of dataset.test=.*, one of"),
    ):
        with pytest.raises(UserError, match=message):
            table(train=train, test=save(changed, tmp_path / "test.csv"), label_column="outcome")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"label_column": "y"}, "^dataset.label_column=y: must be a column of dataset.train=.*, one of age, colour"),
        ({"noisy_label_column": "y"}, "^dataset.noisy_label_column=y: must be a column"),
        ({"drop": ["y"]}, "^dataset.drop=y: must be a column"),
        ({"drop": ["age", "colour", "height", "smokes"]}, "has no column to learn from"),
        ({"test": "nowhere.csv"}, "^dataset.test=nowhere.csv: cannot be read as .csv .No such file"),
        ({"test": "README"}, "^dataset.test=README: must end in .csv or .parquet"),
    ],
)
def test_wrong_options_are_one_line(tmp_path: Path, options: dict[str, Any], message: str) -> None:
    defaults = {"train": save(FRAME, tmp_path / "t.csv"), "label_column": "outcome"}
    with pytest.raises(UserError, match=message):
        table(**(defaults | options))


@pytest.mark.parametrize(("name", "content"), [("t.csv", b""), ("t.csv", b"\xff\xfe\x00"), ("t.parquet", b"hello")])
def test_foreign_files_are_one_line(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError, match=rf"^dataset.train=.*{name}: cannot be read as") as error:
        table(train=tmp_path / name)
    assert "\n" not in str(error.value)


def test_each_training_sample_says_which_row_it_was(tmp_path: Path) -> None:
    frame = pd.concat([FRAME.assign(age=FRAME["age"] + 100 * part) for part in range(5)], ignore_index=True)
    path = save(frame, tmp_path / "train.csv")
    data = table(train=path, label_column="outcome", test_fraction=0.3)
    assert data.rows is not None and len(data.rows) == len(data.labels) < len(frame)
    assert data.inputs[:, 0].tolist() == frame["age"][data.rows].tolist()
    assert table(train=path, test=path, label_column="outcome").rows is None


def test_a_few_texts_among_numbers_are_the_mistake_not_the_column(tmp_path: Path) -> None:
    path = save(FRAME.assign(age=["31", "45", "n/a?", "60", "52", None]), tmp_path / "train.csv")
    with pytest.raises(UserError, match=r"column 'age' holds 'n/a\?' in row 2, not a number; correct it"):
        table(train=path, test=path, label_column="outcome")
