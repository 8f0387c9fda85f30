"""Reads the published tables beside this file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import yaml

from gls_sweep.errors import UserError, did_you_mean, one_line
from gls_sweep.results.conditions import Condition

UNITS = {"percent": 100, "fraction": 1}


@dataclass(frozen=True)
class PublishedNumber:
    """One published number: a test accuracy under one noise.

    Attributes
    ----------
    noise, row
        Where it stands in its table: the data's noise, and the smooth rate or loss.
    mean, std
        Fractions in [0, 1]; `std` is None where none is given.
    runs
        How many runs the mean is over; None where the source does not say.
    policy
        The epoch it is taken from.
    where
        What cells are compared with it: those that meet one of these conditions.
    source
        Where it was published.
    """

    noise: str
    row: str
    mean: float
    std: float | None
    runs: int | None
    policy: str
    where: tuple[Condition, ...]
    source: str


@dataclass(frozen=True)
class Published:
    """A published table.

    Attributes
    ----------
    name, title, source
        What it is called here, what it shows, and where it was published.
    decimals
        How many the numbers have in percent.
    notes
        What to know before comparing.
    protocol
        How it was trained, in our keys, one of these ways; where there are several each number is the best of them.
        Cells that differ from all of them are compared nevertheless, and the differences told.
    entries
        Its numbers, noise by noise; those that were not published are not in it.
    """

    name: str
    title: str
    source: str
    decimals: int
    notes: tuple[str, ...]
    protocol: tuple[Condition, ...]
    entries: tuple[PublishedNumber, ...]


def list_published() -> dict[str, str]:
    """Give the titles of the published tables by their names."""
    return {name: str(_read(name)["title"]) for name in _names()}


def load_published(name: str) -> Published:
    """Load a published table.

    Parameters
    ----------
    name
        One of `list_published`, `gls_cifar10` for example.

    Raises
    ------
    UserError
        If there is none of that name.
    """
    names = _names()
    if name not in names:
        there_are = f"there are {', '.join(names)}{did_you_mean(name, names)}"
        raise UserError(f"paper:{one_line(name)}: no published table of that name; {there_are}")
    table = _read(name)
    return Published(
        name=name,
        title=table["title"],
        source=table["source"],
        decimals=2 if table["unit"] == "percent" else 1,
        notes=tuple(table["notes"]),
        protocol=tuple(table["protocol"]),
        entries=tuple(_entries(table)),
    )


def _names() -> list[str]:
    files = resources.files(__package__).iterdir()
    return sorted(file.name.removesuffix(".yaml") for file in files if file.name.endswith(".yaml"))


def _read(name: str) -> dict[str, Any]:
    text = resources.files(__package__).joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    table: dict[str, Any] = yaml.safe_load(text)
    return table


def _entries(table: Mapping[str, Any]) -> Iterator[PublishedNumber]:
    for position, (noise, column) in enumerate(table["columns"].items()):
        for row in table["rows"]:
            if row["values"][position] is not None:
                yield _entry(table, noise, column, row, row["values"][position])


def _entry(
    table: Mapping[str, Any], noise: str, column: Mapping[str, Any], row: Mapping[str, Any], value: float | str
) -> PublishedNumber:
    shared = {**table["where"], **{key: own for key, own in column.items() if key != "policy"}}
    ways = row["where"] if isinstance(row["where"], list) else [row["where"]]
    mean, std = _number(value, UNITS[table["unit"]])
    return PublishedNumber(
        noise=noise,
        row=row["row"],
        mean=mean,
        std=std,
        runs=table.get("runs"),
        policy=column.get("policy", table["policy"]),
        where=tuple({**shared, **way} for way in ways),
        source=row.get("source", table["source"]),
    )


def _number(value: float | str, unit: int) -> tuple[float, float | None]:
    """Take `93.1±0.4`, or a number without `±`, apart; round off what the division adds."""
    mean, _, std = str(value).partition("±")
    return round(float(mean) / unit, 6), round(float(std) / unit, 6) if std else None
