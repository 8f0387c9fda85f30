"""A results folder as a sweep leaves it, with plausible numbers, for tests that only read."""

import json
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from gls_sweep.config.identity import RESULTS_VERSION
from gls_sweep.files import checksum, write_json
from gls_sweep.record_file import FORMAT, cell_folder, file_checksum
from gls_sweep.results import load_table

SMOOTH_RATES = (0.8, 0.6, 0.4, 0.2, 0.0, -0.2, -0.4, -0.6, -0.8, -1.0, -2.0, -4.0, -6.0, -8.0)
NOISE_RATES = (0.0, 0.2, 0.4, 0.6)
CLASSES = 10
Record = dict[str, Any]


def transition(noise_rate: float) -> list[list[float]]:
    """Symmetric noise over ten classes."""
    matrix = np.full((CLASSES, CLASSES), noise_rate / (CLASSES - 1))
    np.fill_diagonal(matrix, 1 - noise_rate)
    return [[float(p) for p in row] for row in matrix]


def accuracy(smooth_rate: float, noise_rate: float) -> float:
    """Highest near the rate that theory calls best, the more so the more noise there is."""
    rho = CLASSES * noise_rate / (CLASSES - 1)
    distance = np.log1p(abs(smooth_rate + rho / (1 - rho)))
    return float(0.97 - 0.12 * noise_rate - (0.01 + 0.25 * noise_rate) * distance)


def metrics(phase: str, epoch: int | None, test_accuracy: float, splits: tuple[str, ...]) -> Record:
    """A policy's entry in the record."""
    entry: Record = {"phase": phase, "epoch": epoch}
    for split in splits:
        share = test_accuracy if split == "test" else 0.98 * test_accuracy
        entry |= {f"{split}_accuracy": share, f"{split}_nll": 1.5 - share, f"{split}_ece": 0.1}
        entry |= {f"{split}_confidence_right": 0.9, f"{split}_confidence_wrong": None if share == 1 else 0.6}
    return entry


def signature_of(config: Record) -> str:
    """Give a cell's signature."""
    return sha256(json.dumps(config, sort_keys=True).encode()).hexdigest()[:16]


def finished(smooth_rate: float = -0.8, noise_rate: float = 0.2, seed: int = 0, **config: Record) -> Record:
    """Make the record of a finished cell; keyword arguments update sections of its configuration."""
    schedule = {"batch_size": 128, "phases": {"warmup": {"epochs": 20, "lr": 0.1}, "main": {"epochs": 20, "lr": 0.001}}}
    sections: Record = {
        "dataset": {"name": "digits", "val_fraction": 0.25, "limit": None},
        "noise": {"name": "symmetric", "rate": noise_rate, "seed": seed, "generator": "numpy"},
        "model": {"name": "mlp", "hidden": [64, 64]},
        "loss": {"name": "gls", "_target_": "gls_sweep.losses.gls", "smooth_rate": smooth_rate, "wa": 0.0, "wb": 1.0},
        "schedule": {"name": "default", **schedule},
        "seed": seed,
        "precision": "float32",
    }
    for section, update in config.items():
        sections[section] = {**sections[section], **update}
    signature = signature_of(sections)
    jitter = float(np.random.default_rng(int(signature, 16)).normal(0, 0.002 + 0.01 * noise_rate))
    splits = ("train", "val", "test") if sections["dataset"]["val_fraction"] else ("train", "test")
    gains = {"last": (20, -0.15 * noise_rate), "best": (4, 0.02), "val": (6, 0.01), "last5": (None, -0.15 * noise_rate)}
    if "val" not in splits:
        del gains["val"]
    reached = accuracy(smooth_rate, noise_rate) + jitter
    return {
        "format": FORMAT,
        "results_version": RESULTS_VERSION,
        "signature": signature,
        "status": "finished",
        "diverged_at": None,
        "error": None,
        "config": sections,
        "policies": {name: metrics("main", at, min(reached + gain, 1.0), splits) for name, (at, gain) in gains.items()},
        "whole_run": {
            name: metrics("warmup", at, 0.97 - 0.2 * noise_rate + jitter, splits) for name, (at, _) in gains.items()
        },
        "noise": {
            "requested_rate": noise_rate,
            "realised_rate": noise_rate + 0.003,
            "transition": transition(noise_rate),
            "realised_transition": transition(noise_rate),
            "labels_hash": f"{signature[:8]}",
        },
        "time": {"finished": "2026-03-01T12:00:00Z", "seconds": 0.31},
        "execution": {"pack_size": 140, "device": "cpu", "backend": "stacked", "threads": 1, "host": "somewhere"},
        "versions": {"gls_sweep": "0.1.0", "torch": "2.15.0", "numpy": "2.4.6", "python": "3.11.9"},
        "git_commit": None,
    }


def auto(smooth_rate: float = -0.8, noise_rate: float = 0.2, seed: int = 0, **config: Record) -> Record:
    """Make the record of a cell that estimated this smooth rate."""
    record = finished(smooth_rate, noise_rate, seed, **config)
    record["config"]["loss"] = {"estimator": None, **record["config"]["loss"], "smooth_rate": "auto"}
    estimator = record["config"]["loss"]["estimator"] or "confident_joint"
    matrices = {"transition": transition(noise_rate), "clean_shares": [1 / CLASSES] * CLASSES}
    estimate = {"estimator": estimator, "noise_rate": noise_rate, "smooth_rate": smooth_rate, **matrices}
    return {**record, "signature": signature_of(record["config"]), "estimate": estimate}


def with_loss(name: str, noise_rate: float = 0.2, seed: int = 0, **keys: object) -> Record:
    """Make the record of a cell with another loss."""
    record = finished(0.0, noise_rate, seed)
    record["config"]["loss"] = {"name": name, "_target_": f"gls_sweep.losses.{name}", **keys}
    return {**record, "signature": signature_of(record["config"])}


def diverged(record: Record) -> Record:
    """Make a record that of a cell that diverged in its first main epoch."""
    return {**record, "status": "diverged", "diverged_at": {"phase": "main", "epoch": 1}, "policies": {}}


def grid(seeds: int = 3, **config: Record) -> Iterator[Record]:
    """Records of every smooth rate, noise rate and seed; the most negative rates diverge where labels are clean."""
    for smooth_rate, noise_rate, seed in product(SMOOTH_RATES, NOISE_RATES, range(seeds)):
        record = finished(smooth_rate, noise_rate, seed, **config)
        all_diverge = smooth_rate == -8.0 and noise_rate == 0.0
        some_diverge = smooth_rate == -6.0 and noise_rate <= 0.2 and seed > 0
        yield diverged(record) if all_diverge or some_diverge else record


def write_record(path: Path, record: Record) -> None:
    """Write a record with its checksum."""
    write_json(path, {**record, "checksum": checksum(record)})


def write_results(folder: Path, records: Iterable[Record]) -> Path:
    """Write records the way a sweep does, checkpoints and all."""
    for record in records:
        cell = cell_folder(folder, record["signature"])
        cell.mkdir(parents=True, exist_ok=True)
        (cell / "config.yaml").write_text(yaml.safe_dump(record["config"]))
        (cell / "history.csv").write_text("phase,epoch,learning_rate,train_loss\nmain,1,0.1,2.3\n")
        (cell / "checkpoint.pt").write_bytes(b"weights")
        files = {name: file_checksum(cell / name) for name in ("config.yaml", "history.csv", "checkpoint.pt")}
        write_record(cell / "record.json", {**record, "files": files})
    return folder


@pytest.fixture(scope="session")
def sweep(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of 4 noise rates, 14 smooth rates and 3 seeds, some diverged; read only."""
    return write_results(tmp_path_factory.mktemp("results") / "digits", grid())


@pytest.fixture(scope="session")
def table(sweep: Path) -> pd.DataFrame:
    """The table of `sweep`; read only."""
    return load_table(sweep)


@pytest.fixture
def make_record() -> Callable[..., Record]:
    """Make the record of a finished cell."""
    return finished


@pytest.fixture
def make_diverged() -> Callable[..., Record]:
    """Make the record of a diverged cell."""
    return lambda *args, **config: diverged(finished(*args, **config))


@pytest.fixture
def make_grid() -> Callable[..., Iterator[Record]]:
    """Make the records of every smooth rate, noise rate and seed."""
    return grid


@pytest.fixture
def table_of(tmp_path: Path) -> Callable[[Iterable[Record]], pd.DataFrame]:
    """Load the table of some records, by way of the disk."""
    return lambda records: load_table(write_results(tmp_path / "sweep", records))
