"""Tables of OpenML, from the files that scikit-learn keeps of them, written here in small."""

import gzip
from pathlib import Path
from typing import Any

import pytest

from gls_sweep.data import openml
from gls_sweep.errors import UserError
from tests.data.openml_files import CLASSES, LETTERS, ROWS, keep


def load(root: Path, **options: Any) -> Any:
    keep(root, "genes", 3)
    return openml(**({"openml_name": "genes", "version": 3, "root": root} | options))


def test_columns_are_encoded_and_the_named_target_is_the_label(tmp_path: Path) -> None:
    data = load(tmp_path)
    assert data.class_names == CLASSES
    assert (len(data.labels), len(data.test_labels)) == (19, 5)
    for inputs, labels in ((data.inputs, data.labels), (data.test_inputs, data.test_labels)):
        for features, label in zip(inputs.tolist(), labels, strict=True):
            letter, size, name = ROWS[int(features[0])]
            assert features == [float(size), *(float(letter == other) for other in LETTERS)]
            assert label == CLASSES.index(name)


def test_classes_may_be_put_together_to_two(tmp_path: Path) -> None:
    data, three = load(tmp_path, positive=["EI", "IE"]), load(tmp_path)
    assert data.num_classes == 2
    label_of = {features[0]: label for features, label in zip(three.inputs.tolist(), three.labels, strict=True)}
    both = [
        (label, label_of[x[0]]) for x, label in zip(data.inputs.tolist(), data.labels, strict=True) if x[0] in label_of
    ]
    assert len(both) > 10
    assert all(label == (name != CLASSES.index("N")) for label, name in both)


def test_columns_may_be_left_out_and_another_one_be_the_label(tmp_path: Path) -> None:
    assert load(tmp_path, drop=["size"]).input_shape == (4,)
    assert load(tmp_path, label_column="letter").class_names == tuple(LETTERS)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"positive": ["EI", "X"]},
            r"^dataset.positive=\['EI', 'X'\]: must be some but not all of the classes EI, IE, N",
        ),
        ({"positive": list(CLASSES)}, "must be some but not all"),
        ({"positive": []}, "must be some but not all"),
        ({"drop": ["y"]}, "^dataset.drop=y: must be a column of genes, one of letter, size"),
        ({"label_column": "y"}, "^dataset.openml_name=genes: version 3 cannot be fetched .*'y'"),
    ],
)
def test_wrong_options_are_one_line(tmp_path: Path, options: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError, match=message) as error:
        load(tmp_path, **options)
    assert "\n" not in str(error.value)


def test_without_a_network_a_table_that_was_not_kept_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    with pytest.raises(
        UserError, match=r"^dataset.openml_name=other: version 1 cannot be fetched from openml.org \("
    ) as e:
        openml(openml_name="other", version=1, root=tmp_path)
    assert "\n" not in str(e.value)
    assert "copy the folder" in str(e.value)


def test_a_damaged_file_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    keep(tmp_path, "genes", 3)
    (tmp_path / "openml" / "openml.org" / "data/v1/download/70/genes.arff.gz").write_bytes(
        gzip.compress(b"@relation x")
    )
    with pytest.raises(UserError, match="cannot be fetched"):
        openml(openml_name="genes", version=3, root=tmp_path)
