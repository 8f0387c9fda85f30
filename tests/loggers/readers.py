"""Reads back what the loggers have written, with the packages' own readers."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gls_sweep.config.logger import MlflowConfig, TensorboardConfig


@dataclass(frozen=True)
class Run:
    """A run: a parameter and a metric of it."""

    status: str
    smooth_rate: float | None
    test_accuracy: list[tuple[int, float]]  # by step
    result: float | None  # val.test_accuracy


def tensorboard_runs(config: TensorboardConfig, folder: Path) -> dict[str, Run]:
    """Read event files."""
    place = Path(config.folder or folder / "tensorboard")
    return {path.name: tensorboard_run(path) for path in place.iterdir() if any(path.glob("events.*"))}


def tensorboard_run(folder: Path) -> Run:
    """Read the event file of one run."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData

    events = EventAccumulator(str(folder))
    events.Reload()
    tag = "_hparams_/session_start_info"
    content = events.SummaryMetadata(tag).plugin_data.content
    parameters = HParamsPluginData.FromString(content).session_start_info.hparams
    known = events.Tags()["scalars"]
    scalars = {name: [(event.step, event.value) for event in events.Scalars(name)] for name in known}
    result = scalars.get("val.test_accuracy", [(0, None)])[-1][1]
    rate = parameters["loss.smooth_rate"].number_value
    return Run(parameters["status"].string_value, rate, scalars.get("test_accuracy", []), result)


def mlflow_runs(config: MlflowConfig, folder: Path) -> dict[str, Run]:
    """Read the tracking store; a run is found by its name, which must be its own."""
    from mlflow import MlflowClient

    client = MlflowClient(config.tracking_uri or f"sqlite:///{folder}/mlflow.db")
    experiment = client.get_experiment_by_name(config.experiment or folder.name)
    assert experiment is not None
    found = client.search_runs([experiment.experiment_id])
    assert len({run.info.run_name for run in found}) == len(found)
    return {str(run.info.run_name): mlflow_run(client, run) for run in found}


def mlflow_run(client: Any, run: Any) -> Run:
    """Read one run."""
    history = client.get_metric_history(run.info.run_id, "test_accuracy")
    accuracy = sorted((metric.step, metric.value) for metric in history)
    rate = run.data.params.get("loss.smooth_rate")  # none where it is estimated
    status, result = run.data.tags["gls_sweep.status"], run.data.metrics.get("val.test_accuracy")
    return Run(status, rate and float(rate), accuracy, result)
