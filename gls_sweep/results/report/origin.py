"""What made the cells: commands, versions, devices, commit, time."""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from gls_sweep.commands_file import Command, read_commands
from gls_sweep.results.groups import column_of
from gls_sweep.results.report.words import counted, duration, text

FACTS = {
    "data set": "dataset.name",
    "gls_sweep": "versions.gls_sweep",
    "git commit": "git_commit",
    "Python": "versions.python",
    "torch": "versions.torch",
    "NumPy": "versions.numpy",
    "device": "execution.device",
    "processor": "execution.processor",
    "GPU": "execution.gpu",
    "threads": "execution.threads",
}
SHOWN = 4  # values of a fact
LONGEST = 40  # characters of a value


@dataclass(frozen=True)
class Origin:
    """Where the cells come from.

    Attributes
    ----------
    commands
        The commands as a shell takes them, each with the day and time it was first given.
    facts
        Names and values of the environment; how many cells have each value, where they do not agree.
    finished
        When the last cell ended; empty where none says.
    """

    commands: list[tuple[str, str]]
    facts: list[tuple[str, str]]
    finished: str


def trace(table: pd.DataFrame, folders: Sequence[Path]) -> Origin:
    """Find out what made the cells of a table that come from these folders."""
    noted: list[Command] = [command for folder in folders for command in read_commands(folder)]
    noted.sort(key=lambda one: one["time"])
    commands = [(shlex.join(["gls-sweep", *one["words"]]), moment(one["time"])) for one in noted]
    return Origin(commands, list(_facts(table)), moment(column_of(table, "time.finished").max()))


def moment(time: object) -> str:
    """Write a time in UTC, to the minute."""
    stamp = pd.to_datetime(str(time), utc=True, errors="coerce")
    return "" if pd.isna(stamp) else f"{stamp.day} {stamp:%B %Y, %H:%M} UTC"


def _facts(table: pd.DataFrame) -> Iterator[tuple[str, str]]:
    for name, column in FACTS.items():
        counts = column_of(table, column).dropna().map(lambda value: text(value)[:LONGEST]).value_counts()
        values = [str(value) if len(counts) == 1 else f"{value} ({counted(n, 'cell')})" for value, n in counts.items()]
        if values:
            more = [f"{len(values) - SHOWN} more"] if len(values) > SHOWN else []
            yield name, ", ".join([*values[:SHOWN], *more])
    seconds = float(column_of(table, "time.seconds").sum())
    if seconds:
        yield "training time", f"{duration(seconds)} in all (each cell's share of its pack's)"
