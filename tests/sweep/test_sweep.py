"""A small sweep through the real command: its files, its table, running it again."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import torch
import yaml

import gls_sweep
from gls_sweep.models import mlp

WORDS = ["-m", "loss.smooth_rate=0.4,0,-1", "noise.rate=0.2", "seed=0,1", "schedule=quick", "sweep=small"]


def sweep(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "gls-sweep"), *WORDS, *words]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "COLUMNS": "160"}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environment)


def contents(folder: Path, name: str) -> dict[str, bytes]:
    return {path.parent.name: path.read_bytes() for path in folder.glob(f"results/small/cells/*/*/{name}")}


@pytest.fixture(scope="module")
def swept(tmp_path_factory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("sweep")
    done = sweep(folder)
    assert done.returncode == 0, done.stderr
    assert "rate 0.2 requested" in done.stderr
    return folder, done.stdout


def test_every_cell_leaves_its_files_and_nothing_else_is_left(swept):
    folder, printed = swept
    cells = list((folder / "results/small/cells").glob("*/*"))
    assert len(cells) == 6
    for cell in cells:
        assert {path.name for path in cell.iterdir()} == {"config.yaml", "record.json", "history.csv", "checkpoint.pt"}
    assert not list((folder / "results/small/running").iterdir())
    assert len(list((folder / "results/small/warmups").iterdir())) == 2
    assert "results/small" in printed and all(f"{policy}:" in printed for policy in ("best", "val", "last"))
    assert {path.name for path in folder.iterdir()} == {"results"}


def test_a_record_agrees_with_history_configuration_and_checkpoint(swept):
    for cell in (swept[0] / "results/small/cells").glob("*/*"):
        record = json.loads((cell / "record.json").read_text())
        history = pd.read_csv(cell / "history.csv")
        assert record["signature"] == cell.name and record["status"] == "finished"
        assert record["config"] == yaml.safe_load((cell / "config.yaml").read_text())
        assert list(history["phase"]) == ["warmup"] * 2 + ["main"] * 2
        main = history[history["phase"] == "main"]
        assert record["policies"]["best"]["test_accuracy"] == main["test_accuracy"].max()
        assert record["policies"]["val"]["epoch"] == main.loc[main["val_accuracy"].idxmax(), "epoch"]
        assert record["whole_run"]["best"]["test_accuracy"] == history["test_accuracy"].max()
        assert abs(record["noise"]["realised_rate"] - 0.2) < 0.03
        model = mlp(input_shape=(1, 8, 8), num_classes=10, hidden=[64, 64])
        model.load_state_dict(torch.load(cell / "checkpoint.pt", weights_only=True)["weights"])


def test_the_table_is_the_records(swept):
    table = gls_sweep.load_table(swept[0] / "results/small")
    assert len(table) == 6 and set(table["loss.smooth_rate"]) == {0.4, 0.0, -1.0}
    assert (table["status"] == "finished").all()
    for name in ("table.parquet", "table.csv", "heat_map.png", "accuracy_over_rate.png", "report.html"):
        assert (swept[0] / "results/small" / name).stat().st_size > 1000


def test_the_command_is_recorded_and_stands_in_the_report(swept):
    folder = swept[0] / "results/small"
    assert [command["words"] for command in json.loads((folder / "commands.json").read_text())] == [WORDS]
    assert f"gls-sweep {' '.join(WORDS)}" in (folder / "report.html").read_text()


def test_running_it_again_trains_nothing_and_prints_the_same_table(swept):
    folder, printed = swept
    before = {path: path.stat().st_mtime_ns for path in folder.glob("results/small/cells/*/*/*")}
    again = sweep(folder)
    assert again.stdout == printed
    assert {path: path.stat().st_mtime_ns for path in folder.glob("results/small/cells/*/*/*")} == before


def test_a_deleted_cell_alone_is_trained_again_and_gets_the_same_history(swept):
    folder, _ = swept
    histories = contents(folder, "history.csv")
    first, *others = sorted((folder / "results/small/cells").glob("*/*"))
    untouched = {path: (path / "record.json").stat().st_mtime_ns for path in others}
    for path in first.iterdir():
        path.unlink()
    first.rmdir()
    assert sweep(folder).returncode == 0
    assert contents(folder, "history.csv") == histories
    assert {path: (path / "record.json").stat().st_mtime_ns for path in others} == untouched


def test_a_pack_of_one_process_or_two_gives_the_same_cells(swept, tmp_path):
    assert sweep(tmp_path, "launcher.processes=1", "launcher.threads=2", "launcher.max_pack=4").returncode == 0
    assert contents(tmp_path, "history.csv") == contents(swept[0], "history.csv")
