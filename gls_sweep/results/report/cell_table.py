"""The table of all cells: what tells them apart, what came of them, where their files are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from gls_sweep.record_file import cell_folder
from gls_sweep.results.formats import is_numeric
from gls_sweep.results.groups import (
    AVERAGED,
    NOISE_RATE,
    RATE,
    RATE_KEYS,
    column_of,
    loss_keys,
    telling_keys,
    varying_keys,
)
from gls_sweep.results.numbers import percent
from gls_sweep.results.report.words import POLICIES, counted, link, text
from gls_sweep.results.several import folders_of

LONGEST = 160  # characters of an error


@dataclass(frozen=True)
class Column:
    """A column: its key (what a filter calls it), its head, and whether it holds numbers."""

    key: str
    head: str
    is_number: bool


@dataclass(frozen=True)
class Field:
    """What a row shows in a column, and what it is sorted by where that is something else."""

    shown: str
    value: str = ""
    note: str = ""


@dataclass(frozen=True)
class Row:
    """A cell: its row's id, its status, its fields, and the link from the page to its folder."""

    id: str
    status: str
    fields: list[Field]
    folder: str


@dataclass(frozen=True)
class CellTable:
    """The table."""

    columns: list[Column]
    rows: list[Row]


def cell_table(table: pd.DataFrame, labels: "pd.Series[Any]", folders: Sequence[Path], page: Path) -> CellTable:
    """List cells, with the labels of their losses, for a page that is written to this path."""
    parts = list(_parts(table, labels))
    fields = zip(*(fields for _, fields in parts), strict=True)
    places = zip(row_ids(table, folders), folders_of(table, folders), table["signature"], strict=True)
    rows = [
        Row(row, status, list(own), link(cell_folder(folder, signature), page))
        for (row, folder, signature), status, own in zip(places, table["status"], fields, strict=True)
    ]
    return CellTable([column for column, _ in parts], rows)


def row_ids(table: pd.DataFrame, folders: Sequence[Path]) -> "pd.Series[str]":
    """Give the ids of the cells' rows, `<number of the sweep>-<signature>`: several sweeps may have the same cell."""
    numbers = folders_of(table, folders).map({folder: str(number) for number, folder in enumerate(folders)})
    return numbers + "-" + table["signature"]


def _parts(table: pd.DataFrame, labels: "pd.Series[Any]") -> Iterator[tuple[Column, list[Field]]]:
    """Give the columns with their fields."""
    losses = {*loss_keys(table), *RATE_KEYS}
    for key in telling_keys(table, {*losses, NOISE_RATE, *AVERAGED}):
        yield _configured(key, table[key])
    yield Column(str(labels.name), str(labels.name), labels.name == RATE), [Field(str(label)) for label in labels]
    noise = column_of(table, NOISE_RATE).map(text)
    noise = noise.where(noise != "", column_of(table, "noise.name").map(text))
    yield Column(NOISE_RATE, NOISE_RATE, True), [Field(value) for value in noise]
    for key in varying_keys(table):
        if key in AVERAGED and not (key == "noise.seed" and table[key].equals(table["seed"])):
            yield _configured(key, table[key])
    yield Column("status", "status", False), list(_outcomes(table))
    for policy in POLICIES:
        accuracies = column_of(table, f"{policy}.test_accuracy").where(table["status"] == "finished")
        if accuracies.notna().any():
            shown = [Field(percent(value, 2), "" if pd.isna(value) else f"{value:.6g}") for value in accuracies]
            yield Column(policy, f"{policy} %", True), shown
    epochs = table[table.columns[table.columns.str.fullmatch(r"schedule\.phases\.[^.]*\.epochs")]].sum(axis=1)
    if epochs.nunique() > 1:
        yield Column("epochs", "epochs", True), [Field(f"{count:.0f}") for count in epochs]
    seconds = column_of(table, "time.seconds")
    yield Column("seconds", "seconds", True), [Field("" if pd.isna(value) else f"{value:.3g}") for value in seconds]


def _configured(key: str, values: "pd.Series[Any]") -> tuple[Column, list[Field]]:
    return Column(key, key, is_numeric(values)), [Field(text(value)) for value in values]


def _outcomes(table: pd.DataFrame) -> Iterator[Field]:
    """Say how each cell ended: where it diverged, why it failed."""
    columns = (column_of(table, name) for name in ("status", "error", "diverged_at.phase", "diverged_at.epoch"))
    for status, error, phase, epoch in zip(*columns, strict=True):
        note = "" if pd.isna(error) else str(error).partition("\n")[0][:LONGEST]
        if status == "diverged" and not pd.isna(epoch):
            note = f"in epoch {epoch:.0f} of {phase}"
        yield Field(str(status), str(status), note)


def outcomes_in_words(table: pd.DataFrame) -> str:
    """Count the cells by how they ended."""
    counts = table["status"].value_counts()
    finished = int(counts.get("finished", 0))
    lost = [f"{counts[name]:,} {name}" for name in ("diverged", "failed") if name in counts]
    if not lost:
        return f"{counted(len(table), 'cell')}, all finished" if len(table) > 1 else "1 cell, finished"
    return ", ".join([f"{finished:,} of {counted(len(table), 'cell')} finished", *lost])
