"""Recorded cells become runs of the loggers, once each, and nothing about a logger can hurt a sweep."""

import logging
import sys
import time
from pathlib import Path

import pytest

from gls_sweep.config.logger import LoggerConfig, MlflowConfig, TensorboardConfig, WandbConfig
from gls_sweep.errors import UserError
from gls_sweep.loggers import follow
from gls_sweep.loggers.follow import following, log_recorded
from gls_sweep.loggers.installed import require_installed
from gls_sweep.loggers.logger import open_logger
from gls_sweep.record_file import cell_folder
from gls_sweep.sweep.disk.store import Store
from tests.loggers.readers import mlflow_runs, tensorboard_runs
from tests.results.conftest import Record, auto, diverged, finished, write_results

HISTORY = """phase,epoch,learning_rate,train_loss,test_accuracy
warmup,1,0.1,2.3,0.5
warmup,2,0.1,1.5,
main,1,0.001,2.0,0.75
"""
CONFIGS = {"tensorboard": TensorboardConfig(), "mlflow": MlflowConfig(), "wandb": WandbConfig()}
READERS = {"tensorboard": tensorboard_runs, "mlflow": mlflow_runs}


@pytest.fixture(scope="session")
def database(tmp_path_factory) -> str:
    """Give one file for many experiments, since MLflow takes seconds to make one."""
    return f"sqlite:///{tmp_path_factory.mktemp('mlflow')}/mlflow.db"


@pytest.fixture(params=CONFIGS)
def config(request, database, tmp_path) -> LoggerConfig:
    found = installed(request.param)
    return MlflowConfig(tracking_uri=database, experiment=tmp_path.name) if isinstance(found, MlflowConfig) else found


def installed(name: str) -> LoggerConfig:
    try:
        require_installed(CONFIGS[name])
    except UserError as missing:
        pytest.skip(str(missing))
    return CONFIGS[name]


def failed(record: Record) -> Record:
    return {**record, "status": "failed", "error": "no luck", "policies": {}, "whole_run": {}}


def write(folder: Path, *records: Record) -> dict[Store, list[str]]:
    """Record cells; those that have been trained have a history of three epochs."""
    write_results(folder, records)
    for record in records:
        path = cell_folder(folder, record["signature"]) / "history.csv"
        path.unlink() if record["status"] == "failed" else path.write_text(HISTORY)
    return {Store(folder): [record["signature"] for record in records]}


def snapshot(folder: Path) -> dict[Path, int]:
    """Give all files of the loggers with the times of their last changes."""
    places = [*folder.glob("tensorboard/**/*"), *folder.glob("wandb/*run-*/**/*")]
    return {path: path.stat().st_mtime_ns for path in places}


@pytest.mark.parametrize("name", READERS)
def test_a_run_has_the_cells_parameters_metrics_and_status(name, tmp_path):
    config, folder = installed(name), tmp_path / "a sweep"
    records = [finished(-0.8), diverged(finished(-2.0)), failed(finished(0.4)), finished(0.2)]
    log_recorded(write(folder, *records), config)
    runs = READERS[name](config, folder)
    assert set(runs) == {record["signature"] for record in records}
    for record in records:
        run = runs[record["signature"]]
        assert (run.status, run.smooth_rate) == (record["status"], record["config"]["loss"]["smooth_rate"])
        assert run.test_accuracy == ([] if record["status"] == "failed" else [(1, 0.5), (3, 0.75)])
        if record["status"] == "finished":
            assert run.result == pytest.approx(record["policies"]["val"]["test_accuracy"])
        else:
            assert run.result is None


def test_a_run_of_wandb_lies_offline_under_the_cells_signature(tmp_path):
    config = installed("wandb")
    records = [finished(-0.8), failed(finished(0.4))]
    log_recorded(write(tmp_path / "sweep", *records), config)
    for record in records:
        name = record["signature"]
        (file,) = (tmp_path / "sweep" / "wandb").glob(f"offline-run-*-{name}/run-{name}.wandb")
        measured = ("val.test_accuracy", "train_loss")
        words = (name, "loss.smooth_rate", "gls-sweep", record["status"])
        assert has_all(file, words + measured * (record["status"] == "finished"))
    assert b"train_loss" not in file.read_bytes()  # of the failed one


def has_all(file, words):
    """Look for words in a file that W&B's own process may still be writing."""
    until = time.monotonic() + 60
    while not all(word.encode() in file.read_bytes() for word in words):
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


def test_no_cell_is_logged_twice(config, tmp_path, caplog):
    caplog.set_level(logging.INFO, "gls_sweep")
    folder = tmp_path / "sweep"
    cells = write(folder, finished(-0.8), auto(-0.6), failed(finished(0.4)))
    log_recorded(cells, config)
    before = snapshot(folder), read(config, folder)
    log_recorded(cells, config)
    assert (snapshot(folder), read(config, folder)) == before
    told = [entry.getMessage() for entry in caplog.records if entry.name.startswith("gls_sweep")]
    assert [f"logger={config.name}: 3 cells are in" in line for line in told] == [True, True]


def test_a_failed_cell_that_trains_later_replaces_its_run(config, tmp_path):
    folder, record = tmp_path / "sweep", finished(-0.8)
    log_recorded(write(folder, failed(record)), config)
    assert statuses(config, folder) == {record["signature"]: "failed"}
    log_recorded(write(folder, record), config)
    assert statuses(config, folder) == {record["signature"]: "finished"}


def test_a_run_that_was_cut_off_is_made_again(config, tmp_path, monkeypatch):
    folder, records = tmp_path / "sweep", [finished(-0.8), finished(0.4)]
    cells = write(folder, *records)

    def no_space(*_: object, **__: object) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patched:
        place = {"tensorboard": "pathlib.Path.rename", "wandb": "pathlib.Path.write_text"}
        patched.setattr(place.get(config.name, "mlflow.MlflowClient.set_terminated"), no_space)
        if config.name == "mlflow":
            patched.setattr("mlflow.entities.RunTag", no_space)
        log_recorded(cells, config)
    log_recorded(cells, config)
    assert statuses(config, folder) == {record["signature"]: "finished" for record in records}


def test_cells_are_logged_as_they_are_recorded(config, tmp_path, monkeypatch):
    monkeypatch.setattr(follow, "INTERVAL", 0.02)
    folder, old, new = tmp_path / "sweep", failed(finished(0.4)), finished(-0.8)
    cells = write(folder, old)
    cells[Store(folder)].append(new["signature"])
    assert logged(config, folder) == {}
    with following(cells, config):
        write(folder, new)
        deadline = time.monotonic() + 60
        while not logged(config, folder) and time.monotonic() < deadline:
            time.sleep(0.05)
    # An old failure may be of a cell that is being trained again: it waits for the end.
    assert logged(config, folder) == {new["signature"]: "finished"}


@pytest.mark.parametrize("name", CONFIGS)
def test_a_logger_that_does_not_work_is_a_warning(name, tmp_path, caplog):
    cells = write(tmp_path / "sweep", finished(-0.8))
    (tmp_path / "file").write_text("")
    broken = {
        "tensorboard": TensorboardConfig(folder=str(tmp_path / "file")),
        "mlflow": MlflowConfig(tracking_uri="http://127.0.0.1:9"),
        "wandb": WandbConfig(folder=str(tmp_path / "file")),
    }
    installed(name)
    log_recorded(cells, broken[name])
    (line,) = [entry.getMessage() for entry in caplog.records if entry.name.startswith("gls_sweep")]
    assert line.startswith(f"logger={name}: does not work") and "\n" not in line


def test_passwords_stay_out_of_messages(tmp_path, caplog, monkeypatch):
    """Neither in the place nor in what the logger raises."""

    class Remote:
        place = "https://ann:secret@host:5000"

        def logged(self):
            return {}

        def log(self, cell):
            if (tmp_path / "broken").exists():
                raise OSError(f"{self.place} does not answer")

    caplog.set_level(logging.INFO, "gls_sweep")
    monkeypatch.setattr(follow, "open_logger", lambda config, folder: Remote())
    cells = write(tmp_path / "sweep", finished())
    log_recorded(cells, MlflowConfig())
    (tmp_path / "broken").touch()
    log_recorded(cells, MlflowConfig())
    said = [entry.getMessage() for entry in caplog.records if entry.name.startswith("gls_sweep")]
    assert len(said) == 2 and all("https://***@host:5000" in line and "secret" not in line for line in said)


@pytest.mark.parametrize("name", CONFIGS)
def test_a_missing_package_is_told_with_what_to_install(name, monkeypatch):
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(UserError) as told:
        require_installed(CONFIGS[name])
    assert str(told.value) == f'logger={name}: needs the package {name}; pip install "gls-sweep[{name}]"'


def test_without_a_logger_nothing_is_written(tmp_path):
    cells = write(tmp_path / "sweep", finished())
    before = sorted(tmp_path.rglob("*"))
    with following(cells, LoggerConfig()):
        log_recorded(cells, LoggerConfig())
    assert sorted(tmp_path.rglob("*")) == before


def test_none_is_no_logger(tmp_path):
    with pytest.raises(ValueError, match="logger=none"):
        open_logger(LoggerConfig(), tmp_path)


def read(config: LoggerConfig, folder: Path) -> object:
    """Read all runs; those of wandb as files, see `snapshot`."""
    return READERS[config.name](config, folder) if config.name in READERS else None


def statuses(config: LoggerConfig, folder: Path) -> dict[str, str]:
    """Read the statuses of all runs, each of which must be there once."""
    if config.name in READERS:
        return {name: run.status for name, run in READERS[config.name](config, folder).items()}
    files = list((folder / "wandb").glob("offline-run-*/gls_sweep_status.txt"))
    found = {path.parent.name.rpartition("-")[2]: path.read_text() for path in files}
    assert len(found) == len(files) == len(list((folder / "wandb").glob("offline-run-*")))
    return found


def logged(config: LoggerConfig, folder: Path) -> dict[str, str]:
    """Ask the logger itself what it has in full."""
    return open_logger(config, folder).logged()
