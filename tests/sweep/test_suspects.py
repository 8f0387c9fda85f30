"""`gls-results suspects` on small sweeps through the real commands."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from gls_sweep.cli.results import main
from gls_sweep.data import digits
from gls_sweep.files import checksum
from gls_sweep.sweep.work.worker import train_pack
from tests.conftest import MakeCell
from tests.results.conftest import finished, write_results

SHORT = ["loss=ce", "schedule=direct", "schedule.phases.main.epochs=8", "dataset.val_fraction=0.333"]
FOLDS = ["-m", "dataset.fold=0,1,2", "noise.rate=0.3", "seed=0", "sweep=folds", "hydra/launcher=basic"]
CHOSEN = ["--filter", "noise.rate=0.3"]
Run = Callable[..., tuple[int, str, str]]


def command(folder: Path, *words: str) -> str:
    environment = os.environ | {"OMP_NUM_THREADS": "1", "COLUMNS": "120"}
    program = Path(sys.executable).parent / words[0]
    done = subprocess.run(
        [program, *words[1:]], cwd=folder, capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory, make_cell: MakeCell) -> tuple[Path, str]:
    """Three folds of digits and a cell of other labels; gives the folder and what the command says of the folds."""
    folder = tmp_path_factory.mktemp("suspects")
    command(folder, "gls-sweep", *FOLDS, *SHORT)
    train_pack(folder / "results/folds", [make_cell("noise.rate=0.1", "dataset.fold=0", *SHORT)])
    said = command(folder, "gls-results", "suspects", "results/folds", *CHOSEN)
    return folder / "results/folds", said


@pytest.fixture(scope="module")
def own_labels(tmp_path_factory: pytest.TempPathFactory, make_cell: MakeCell) -> Path:
    """Features with labels as they are, none held out; gives the folder."""
    folder = tmp_path_factory.mktemp("own")
    words = ["dataset=breast_cancer", "noise=clean", "dataset.val_fraction=0", "schedule=quick"]
    train_pack(folder, [make_cell(*words)])
    return folder


@pytest.fixture
def gls_results(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command in this process; gives its exit status, output and errors."""

    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["gls-results", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return run


def change_record(cell: Path, change: Callable[[dict[str, Any]], object]) -> None:
    record = json.loads((cell / "record.json").read_text())
    change(record)
    (cell / "record.json").write_text(json.dumps(record | {"checksum": checksum(record)}))


def test_the_ranking_has_every_sample_once_the_most_suspect_first(swept: tuple[Path, str]) -> None:
    ranking, truth = pd.read_csv(swept[0] / "suspects.csv"), digits(test_fraction=0.2, split_seed=0)
    columns = [
        "index",
        "row",
        "given",
        "given_name",
        "proposed",
        "proposed_name",
        "score",
        "suspected",
        "out_of_sample",
    ]
    assert list(ranking) == [*columns, "true", "wrong"]
    pd.testing.assert_frame_equal(ranking, ranking.sort_values(["score", "index"], ascending=[False, True]))
    np.testing.assert_array_equal(np.sort(ranking["index"]), np.arange(len(truth.labels)))
    np.testing.assert_array_equal(ranking["true"], truth.labels[ranking["index"]])
    np.testing.assert_array_equal(ranking["wrong"], ranking["true"] != ranking["given"])
    assert (ranking["proposed"] != ranking["given"]).all()
    assert ranking["score"].between(0, 1).all() and ranking["out_of_sample"].all()
    assert ranking["suspected"].is_monotonic_decreasing


def test_wrong_labels_are_found(swept: tuple[Path, str]) -> None:
    ranking = pd.read_csv(swept[0] / "suspects.csv")
    wrong, suspected = ranking["wrong"], ranking["suspected"]
    assert 0.25 < wrong.mean() < 0.35
    assert wrong[suspected].mean() > 0.75 and suspected[wrong].mean() > 0.85
    assert wrong.head(100).mean() > 0.95
    right_proposals = ranking["proposed"] == ranking["true"]
    assert right_proposals[wrong & suspected].mean() > 0.8


def test_what_is_printed_agrees_with_the_file(swept: tuple[Path, str]) -> None:
    folder, said = swept
    ranking = pd.read_csv(folder / "suspects.csv")
    samples, suspected, wrong = len(ranking), ranking["suspected"], ranking["wrong"]
    assert f"{samples} samples, all of them judged out of sample, by 3 networks" in said
    assert f"suspected: {suspected.sum()}; estimated noise rate {suspected.mean():.3f}" in said
    assert f"noise rate {wrong.mean():.3f}, {wrong.sum()} labels" in said
    assert f"precision {wrong[suspected].mean():.3f}, recall {suspected[wrong].mean():.3f}, average precision" in said
    assert "are judged by networks that were trained on them" not in said
    assert (folder / "suspects.png").stat().st_size > 10_000


def test_the_same_again(swept: tuple[Path, str], gls_results: Run, tmp_path: Path) -> None:
    again, figure = tmp_path / "new" / "again.csv", tmp_path / "top.svg"
    status, out, err = gls_results("suspects", swept[0], *CHOSEN, "--out", again, "--figure", figure, "--top", 9)
    assert (status, err) == (0, "") and f"written: {again}, {figure}" in out
    assert again.read_bytes() == (swept[0] / "suspects.csv").read_bytes()
    assert "the 9 most suspect labels" in figure.read_text()


def test_samples_that_no_cell_holds_out_are_judged_all_the_same(
    swept: tuple[Path, str], gls_results: Run, tmp_path: Path
) -> None:
    path = tmp_path / "one.csv"
    status, out, _ = gls_results(
        "suspects", swept[0], *CHOSEN, "--filter", "dataset.fold=0", "--out", path, "--figure", tmp_path / "one.png"
    )
    whole, one = (pd.read_csv(file).set_index("index").sort_index() for file in (swept[0] / "suspects.csv", path))
    inside = int((~one["out_of_sample"]).sum())
    assert status == 0 and abs(inside - len(one) * 2 / 3) < 1
    assert f"{len(one)} samples, {len(one) - inside} of them judged out of sample, by 1 networks" in out
    assert f"{inside} samples are judged by networks that were trained on them" in out
    pd.testing.assert_series_equal(one["given"], whole["given"])


def test_a_number_of_suspects(swept: tuple[Path, str], gls_results: Run, tmp_path: Path) -> None:
    words = ["suspects", swept[0], *CHOSEN, "--out", tmp_path / "c.csv", "--figure", tmp_path / "c.png", "--count"]
    status, out, _ = gls_results(*words, 50)
    assert status == 0 and "suspected: 50; estimated noise rate 0." in out
    assert pd.read_csv(tmp_path / "c.csv")["suspected"].sum() == 50
    status, _, err = gls_results(*words, 5000)
    assert (status, err) == (2, "--count 5000: must be at most 1438, the number of training samples\n")


def test_labels_as_they_are_and_features(own_labels: Path, gls_results: Run) -> None:
    folder = own_labels
    said = gls_results("suspects", folder)[1]
    ranking = pd.read_csv(folder / "suspects.csv")
    assert list(ranking)[-1] == "out_of_sample" and not ranking["out_of_sample"].any()
    assert "none of them judged out of sample, by 1 networks" in said and "in truth" not in said
    assert set(ranking["given_name"]) == {"malignant", "benign"}
    assert not (folder / "suspects.png").exists()
    status, _, err = gls_results("suspects", folder, "--figure", "a.png")
    assert (status, err) == (2, "--figure=a.png: cannot be drawn; the samples are no images, grey or coloured\n")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "different labels (noise.rate=0.1, 0.3); choose some of one set, --filter noise.rate=0.3 for example"),
        (["--filter", "noise.rat=0.3"], "--filter noise.rat=0.3: no cell has the key noise.rat (did you mean noise.r"),
        (["--filter", "noise.rate=0.2"], "--filter noise.rate=0.2: no cell is left; there are 0.1, 0.3"),
        (["--filter", "noise.rate"], "--filter noise.rate: must be KEY=VALUE, noise.rate=0.2 for example"),
        (["--count", "0"], "--count: 0: must be a whole number of at least 1"),
        (["--figure", "a.txt"], "--figure=a.txt: must end in .png, .pdf or .svg"),
    ],
)
def test_a_mistake_is_one_line(words: list[str], message: str, swept: tuple[Path, str], gls_results: Run) -> None:
    status, out, err = gls_results("suspects", swept[0], *words)
    assert (status, out) == (2, "")
    assert message in err and err.count("\n") == 1


def test_damaged_weights_and_other_labels(swept: tuple[Path, str], gls_results: Run, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(swept[0], tmp_path / "copy"))
    cells = [path for path in folder.glob("cells/*/*") if "rate: 0.3" in (path / "config.yaml").read_text()]
    weights = cells[0] / "checkpoint.pt"
    weights.write_bytes(weights.read_bytes()[:-100])
    status, out, err = gls_results("suspects", folder, *CHOSEN)
    assert (status, out) == (2, "")
    assert (
        err == f"{weights}: is gone, cut off or changed; gls-results check {folder}, then the sweep's command again\n"
    )
    for cell in cells:
        change_record(cell, lambda record: record["noise"].update(labels_hash="0" * 16))
    _, _, err = gls_results("suspects", folder, *CHOSEN)
    assert err == f"folder={folder}: labels come out otherwise than recorded; has a file of the data changed?\n"


def test_nothing_has_finished(gls_results: Run, tmp_path: Path) -> None:
    assert "no records found" in gls_results("suspects", tmp_path)[2]
    write_results(tmp_path, [{**finished(seed=0), "status": "failed", "error": "boom"}])
    status, _, err = gls_results("suspects", tmp_path)
    assert status == 2
    assert err == f"folder={tmp_path}: none of its 1 cells has finished; gls-results status {tmp_path}\n"
