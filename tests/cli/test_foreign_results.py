"""A results folder that something else has written into: it is harmless or one line, and nothing of it is lost."""

import pandas as pd
import pytest

WORDS = ("loss=ce", "schedule=quick")


@pytest.mark.parametrize("name", ["cells", "running", "warmups"])
def test_a_file_in_the_place_of_a_folder(name, gls_sweep, tmp_path):
    folder = tmp_path / "results" / "digits"
    folder.mkdir(parents=True)
    (folder / name).write_text("mine")
    done = gls_sweep(*WORDS)
    assert (done.status, done.out, len(done.lines)) == (2, "", 1), done.err
    assert f"results/digits/{name}: must be a folder of gls-sweep" in done.err
    assert "sweep=NAME" in done.err
    assert [path.name for path in folder.iterdir()] == [name]
    assert (folder / name).read_text() == "mine"


@pytest.mark.parametrize(
    "name", ["lock", "table.csv", "table.parquet", "index.parquet", "commands.json", "report.html"]
)
def test_a_folder_in_the_place_of_a_file(name, gls_sweep, tmp_path):
    folder = tmp_path / "results" / "digits"
    (folder / name / "mine").mkdir(parents=True)
    done = gls_sweep(*WORDS)
    assert (done.status, done.out, len(done.lines)) == (2, "", 1), done.err
    assert f"results/digits/{name}: must be a file of gls-sweep" in done.err
    assert [path.name for path in folder.iterdir()] == [name]


def test_foreign_files_among_ours_are_left_alone(gls_sweep, tmp_path):
    folder = tmp_path / "results" / "digits"
    foreign = {
        "cells/notes.txt": "mine",
        "cells/ab/notes.txt": "mine",
        "cells/ab/abcdef/record.json": '{"status": "finished"}',
        "cells/ab/abcdef0123456789/record.json": "[1]",
        "cells/record.json": "no JSON",
        "cells/other/deep/er/record.json": "{}",
        "running/notes.tmp": "mine",
        "running/mine/data.txt": "mine",
        "warmups/notes.pt": "mine",
        "table.csv.backup": "mine",
        "heat_map.svg": "mine",
    }
    for name, text in foreign.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    for _ in range(2):
        done = gls_sweep(*WORDS)
        assert done.status == 0, done.err
        assert "Traceback" not in done.err
        assert {name: (folder / name).read_text() for name in foreign} == foreign
        assert list(pd.read_csv(folder / "table.csv")["status"]) == ["finished"]


def test_results_is_a_file(gls_sweep, tmp_path):
    (tmp_path / "results").write_text("mine")
    done = gls_sweep(*WORDS)
    assert (done.status, len(done.lines)) == (2, 1)
    assert "results=results: must be a folder" in done.err
    assert (tmp_path / "results").read_text() == "mine"
