"""What a finished cell leaves on disk."""

import csv
import datetime
import functools
import io
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

from gls_sweep.files import write_json, write_text
from gls_sweep.sweep.cells import Cell
from gls_sweep.sweep.outcome import Outcome
from gls_sweep.sweep.store import Store, save_tensors
from gls_sweep.training.policies import pick

FORMAT = 1


def write_cell(store: Store, cell: Cell, outcome: Outcome, noise: dict[str, Any], execution: dict[str, Any]) -> None:
    """Write a cell's files, the record last."""
    folder = store.cell(cell.signature)
    write_text(folder / "config.yaml", yaml.safe_dump(cell.described, sort_keys=False))
    write_text(folder / "history.csv", history_csv(outcome.history))
    save_tensors(folder / "checkpoint.pt", {"weights": outcome.weights})
    last_phase = list(cell.config.schedule.phases)[-1]
    content = {
        **head(cell),
        "status": "finished" if outcome.diverged is None else "diverged",
        "diverged_at": outcome.diverged,
        "error": None,
        "policies": pick([row for row in outcome.history if row["phase"] == last_phase]),
        "whole_run": pick(outcome.history),
        "noise": noise,
        "time": {"finished": now(), "seconds": execution["seconds"]},
        "execution": {key: value for key, value in execution.items() if key != "seconds"},
    }
    write_json(store.record(cell.signature), content)


def write_failure(store: Store, cell: Cell, error: str) -> None:
    """Record that a cell failed and why; the next run trains it again."""
    content = {**head(cell), "status": "failed", "diverged_at": None, "error": error, "policies": {}, "whole_run": {}}
    write_json(store.record(cell.signature), content | {"noise": {}, "time": {"finished": now()}, "execution": {}})


def head(cell: Cell) -> dict[str, Any]:
    """Give what every record begins with."""
    return {
        "format": FORMAT,
        "signature": cell.signature,
        "config": cell.described,
        "versions": versions(),
        "git_commit": git_commit(),
    }


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
    folder = Path(__file__).parents[2]
    if not (folder / ".git").exists():
        return None
    command = ["git", "-C", str(folder), "describe", "--always", "--dirty=+", "--abbrev=40", "--exclude=*"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or None
