"""What a finished cell leaves on disk."""

import csv
import datetime
import functools
import io
import os
import platform
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

from gls_sweep.config.identity import RESULTS_VERSION
from gls_sweep.files import checksum, owner, write_json
from gls_sweep.record_file import FORMAT, file_checksum
from gls_sweep.sweep.disk.outcome import Outcome
from gls_sweep.sweep.disk.store import Store
from gls_sweep.sweep.plan.cells import Cell
from gls_sweep.training.policies import pick

YAML = getattr(yaml, "CSafeDumper", yaml.SafeDumper)  # libyaml takes a tenth of the time, where it is there


def write_cell(store: Store, cell: Cell, outcome: Outcome, noise: dict[str, Any], execution: dict[str, Any]) -> None:
    """Write a cell's files and its record."""
    import torch

    last_phase = list(cell.config.schedule.phases)[-1]
    content = {
        "status": "finished" if outcome.diverged is None else "diverged",
        "diverged_at": outcome.diverged,
        "error": None,
        "policies": pick([row for row in outcome.history if row["phase"] == last_phase]),
        "whole_run": pick(outcome.history),
        "noise": noise,
        **({"estimate": execution["estimate"]} if "estimate" in execution else {}),
        "time": {"finished": now(), "seconds": execution["seconds"]},
        "execution": {key: value for key, value in execution.items() if key not in ("seconds", "estimate")},
    }
    folder = make_folder(store, cell)
    (folder / "history.csv").write_text(history_csv(outcome.history), encoding="utf-8")
    # Through memory: torch tells of a full disk by an error that nobody can tell from others.
    buffer = io.BytesIO()
    torch.save({"weights": outcome.weights}, buffer)
    (folder / "checkpoint.pt").write_bytes(buffer.getvalue())
    put_in_place(store, cell, folder, content)


def write_failure(store: Store, cell: Cell, error: str) -> None:
    """Record that a cell failed and why; the next run trains it again."""
    content: dict[str, Any] = {"status": "failed", "diverged_at": None, "error": error}
    content |= {"policies": {}, "whole_run": {}, "noise": {}, "time": {"finished": now()}, "execution": {}}
    put_in_place(store, cell, make_folder(store, cell), content)


def make_folder(store: Store, cell: Cell) -> Path:
    """Make the folder that a cell's files are put into before they go to their place, with its configuration."""
    folder = store.running / f"{cell.signature}.{owner()}.tmp"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    described = yaml.dump(cell.described, Dumper=YAML, sort_keys=False)
    (folder / "config.yaml").write_text(described, encoding="utf-8")
    return folder


def put_in_place(store: Store, cell: Cell, folder: Path, content: dict[str, Any]) -> None:
    """Add the record, with checksums of all files, and rename the folder into its place: a cell is whole or absent."""
    record = {
        "format": FORMAT,
        "results_version": RESULTS_VERSION,
        "signature": cell.signature,
        "config": cell.described,
        **content,
        "versions": versions(),
        "git_commit": git_commit(),
        "files": {path.name: file_checksum(path) for path in sorted(folder.iterdir())},
    }
    write_json(folder / "record.json", record | {"checksum": checksum(record)})
    place = store.cell(cell.signature)
    place.parent.mkdir(parents=True, exist_ok=True)  # two processes may make it at once
    shutil.rmtree(place, ignore_errors=True)
    os.replace(folder, place)


def history_csv(history: list[dict[str, Any]]) -> str:
    """Format the rows of a history; floats keep all their digits, NaN is left empty."""
    text = io.StringIO()
    if history:
        writer = csv.DictWriter(text, list(history[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows({key: "" if value != value else value for key, value in row.items()} for row in history)
    return text.getvalue()


def now() -> str:
    """Give the time in UTC, ISO 8601, to the second."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


@functools.cache
def versions() -> dict[str, str]:
    """Give the versions of what decides numbers."""
    names = {"gls_sweep": "gls-sweep", "torch": "torch", "numpy": "numpy"}
    return {name: version(package) for name, package in names.items()} | {"python": platform.python_version()}


@functools.cache
def git_commit() -> str | None:
    """Give the commit of the checkout this package runs from, with `+` where files differ from it."""
    folder = Path(__file__).parents[3]
    if not (folder / ".git").exists():
        return None
    command = ["git", "-C", str(folder), "describe", "--always", "--dirty=+", "--abbrev=40", "--exclude=*"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or None
