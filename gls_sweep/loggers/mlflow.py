"""MLflow: a run for each cell, named and found by its signature."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from gls_sweep.config.logger import MlflowConfig
from gls_sweep.loggers.recorded import RecordedCell

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Metric, Run

SIGNATURE, STATUS = "gls_sweep.signature", "gls_sweep.status"  # tags; the second is set when all else is there
METRICS, PARAMETERS = 1000, 100  # that MLflow takes at a time
RUNS = 1000  # that it is asked for at a time
# A server that does not answer is given up after seconds; what MLflow does by itself takes minutes. It can be told by
# the environment alone, which is that of the whole process: nothing else in it speaks to MLflow.
PATIENCE = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1", "MLFLOW_HTTP_REQUEST_TIMEOUT": "10"}


class MlflowLogger:
    """Keeps a run for each cell in one experiment.

    Parameters
    ----------
    folder : Path
        The sweep's folder, whose name is the experiment's unless `config` has one.

    Notes
    -----
    Sets the environment variables `PATIENCE` of the process, those that are not set yet, and the level of MLflow's own
    messages.
    """

    def __init__(self, config: MlflowConfig, folder: Path) -> None:
        for name, value in PATIENCE.items():
            os.environ.setdefault(name, value)
        from mlflow import MlflowClient

        for talkative in ("mlflow", "alembic"):
            logging.getLogger(talkative).setLevel(logging.WARNING)
        self.place = config.tracking_uri or f"sqlite:///{folder.absolute()}/mlflow.db"
        self._client = MlflowClient(self.place)
        name = config.experiment or folder.name
        artifacts = None if config.tracking_uri else (folder.absolute() / "mlflow_artifacts").as_uri()
        self._experiment = find_or_create(self._client, name, artifacts)
        self._runs: dict[str, str] = {}  # by signature

    def logged(self) -> dict[str, str]:
        """Give the status of each cell that is logged in full, by its signature."""
        tags = {run.info.run_id: run.data.tags for run in self._find_runs()}
        self._runs = {own[SIGNATURE]: run for run, own in tags.items() if SIGNATURE in own}
        return {own[SIGNATURE]: own[STATUS] for own in tags.values() if SIGNATURE in own and STATUS in own}

    def log(self, cell: RecordedCell) -> None:
        """Make a cell's run; one that there is already, cut off or of an earlier failure, is deleted."""
        from mlflow.entities import Param, RunTag

        if cell.signature in self._runs:
            self._client.delete_run(self._runs.pop(cell.signature))
        tags = {SIGNATURE: cell.signature}
        run = self._client.create_run(self._experiment, run_name=cell.signature, tags=tags).info.run_id
        parameters = [Param(name, str(value)) for name, value in cell.parameters.items()]
        for first in range(0, len(parameters), PARAMETERS):
            self._client.log_batch(run, params=parameters[first : first + PARAMETERS])
        metrics = list(metrics_of(cell))
        for first in range(0, len(metrics), METRICS):
            self._client.log_batch(run, metrics=metrics[first : first + METRICS])
        self._client.log_batch(run, tags=[RunTag(STATUS, cell.status)])
        self._client.set_terminated(run, "FAILED" if cell.status == "failed" else "FINISHED")
        self._runs[cell.signature] = run

    def _find_runs(self) -> Iterator[Run]:
        token: str | None = None
        while token != "":
            page = self._client.search_runs([self._experiment], max_results=RUNS, page_token=token)
            yield from page
            token = page.token or ""


def find_or_create(client: MlflowClient, name: str, artifacts: str | None) -> str:
    """Give the id of an experiment, which another sweep may be making at the same time."""
    from mlflow.exceptions import MlflowException

    if found := client.get_experiment_by_name(name):
        return found.experiment_id
    try:
        return client.create_experiment(name, artifacts)
    except MlflowException:
        if found := client.get_experiment_by_name(name):
            return found.experiment_id
        raise


def metrics_of(cell: RecordedCell) -> Iterator[Metric]:
    """Give the metrics of all epochs, and the results at the last step."""
    from mlflow.entities import Metric

    now = int(time.time() * 1000)
    for step, metrics in enumerate(cell.history, start=1):
        yield from (Metric(name, value, now, step) for name, value in metrics.items())
    yield from (Metric(name, value, now, cell.epochs) for name, value in cell.results.items())
