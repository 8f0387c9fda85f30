"""Train a recorded cell again from what it left on disk, and hold the numbers against each other."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from gls_sweep.config.cell import EXECUTIONS, LauncherConfig
from gls_sweep.config.identity import RESULTS_VERSION
from gls_sweep.errors import SweepStopped, UserError
from gls_sweep.record_file import DONE, FORMAT, PLACE, damaged_files, read_record
from gls_sweep.sweep.plan.cells import Cell
from gls_sweep.sweep.plan.stored import files_of, stored_cell
from gls_sweep.sweep.rerun_differences import Difference, differences
from gls_sweep.sweep.sweep import run_cell, store_of

if TYPE_CHECKING:
    from gls_sweep.results.rows import Record


@dataclass(frozen=True)
class Rerun:
    """A cell's record, that of its training again, and what came out otherwise; nothing if the bits are the same.

    Attributes
    ----------
    samples
        How many samples each accuracy is measured on, by the metric's name.
    """

    recorded: Record
    now: Record
    differences: list[Difference]
    samples: dict[str, int]

    @property
    def accuracies(self) -> list[tuple[float, float, int]]:
        """Every policy's accuracies before and now, in [0, 1], and the number of samples they are measured on."""
        ours, theirs = self.recorded["policies"], self.now["policies"]
        pairs = [(ours[name], theirs[name]) for name in ours.keys() & theirs.keys()]
        return [(a[key], b[key], n) for a, b in pairs for key, n in self.samples.items() if key in a and key in b]

    @property
    def largest_gap(self) -> float:
        """The largest difference between accuracies, in [0, 1]; 0 where there are none."""
        return max((abs(before - now) for before, now, _ in self.accuracies), default=0.0)

    @property
    def is_alike(self) -> bool:
        """Whether labels and status are the same, and all accuracies within twice the sampling error of one.

        That error is only a yardstick, of what N test samples can say of a network: both trainings are asked about the
        same samples, so a network that is the same but for its last bits comes out much nearer. With other kernels of
        the same CPU, 26 of 28 cells of the default sweep are alike. Heavy noise and rates near which training diverges
        amplify the last bits to more.
        """
        certain = not {"labels", "status"} & {difference.what for difference in self.differences}
        return certain and all(abs(a - b) <= 2 * sampling_error((a + b) / 2, n) for a, b, n in self.accuracies)


def sampling_error(share: float, samples: int) -> float:
    """Give the standard error of a share that is measured on so many samples, the binomial one."""
    return math.sqrt(share * (1 - share) / samples)


def find_cell(folder: Path, prefix: str | None = None) -> Path:
    """Find a cell's folder.

    Parameters
    ----------
    folder
        A cell's folder, the same without its two digits, or the sweep's with the first digits of a signature in
        `prefix`.

    Raises
    ------
    UserError
        If none is there, or several.
    """
    if prefix is None and folder.parent.name == "cells" and not folder.is_dir():
        folder, prefix = folder.parent.parent, folder.name
    if prefix is None:
        if (folder / "cells").is_dir():
            raise UserError(f"{folder}: holds many cells; name one, {folder} SIGNATURE or {folder}/{PLACE}")
        if not (folder / "record.json").is_file():
            raise UserError(f"{folder}: must be the folder of a recorded cell, results/NAME/{PLACE}")
        return folder.resolve()
    known = re.fullmatch(r"[0-9a-f]+", prefix) is not None
    found = sorted(folder.glob(f"cells/*/{prefix}*/record.json")) if known else []
    if len(found) != 1:
        many = f"{len(found)} cells begin so; give more digits" if found else "no recorded cell begins so"
        raise UserError(f"{folder} {prefix}: {many}; {folder}/table.csv lists them")
    return found[0].parent.resolve()


def read_cell(folder: Path) -> Record:
    """Read the record of a cell whose files are as they were written; raises `UserError`."""
    record = read_record(folder / "record.json")
    if record is None:
        raise UserError(f"{folder}/record.json: is cut off or changed; the sweep's command trains the cell again")
    if record["format"] != FORMAT:
        raise UserError(
            f"{folder}: its record has format {record['format']}, which cannot be read; it must be {FORMAT}"
        )
    for name in damaged_files(folder, record):
        raise UserError(f"{folder}/{name}: is gone, cut off or changed; the sweep's command trains the cell again")
    if record["status"] not in DONE:
        raise UserError(f"{folder}: has no numbers, training it failed; the sweep's command trains it again")
    return record


def restore(folder: Path, record: Record, device: str | None, into: Path) -> Cell:
    """Make the cell again, to be trained on the kind of device it was trained on, or on `device`.

    Raises
    ------
    UserError
        If it is not the same cell any more, because a file that decides it is gone or changed.
    """
    execution = record["execution"]
    described = yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8"))
    exact, way = execution.get("exact", True), execution.get("backend")
    launcher = LauncherConfig(
        exact=exact,
        threads=None if exact else execution.get("threads"),
        execution=way if way in EXECUTIONS else "auto",
        compile=execution.get("compiled", False),
    )
    try:
        cell = stored_cell(
            described,
            results=str(into.parent),
            sweep=into.name,
            device=device or execution.get("device", "auto").partition(":")[0],
            launcher=launcher,
        )
    except UserError as problem:
        raise UserError(f"{folder}/config.yaml: {'; '.join(str(problem).splitlines())}") from problem
    if record["results_version"] == RESULTS_VERSION and cell.signature != record["signature"]:
        files = ", ".join(files_of(cell.config))
        why = f"has a file changed since, {files}?" if files else "its options were made by other code"
        raise UserError(f"{folder}: makes another cell today, of signature {cell.signature}; {why}")
    return cell


def rerun(folder: Path, record: Record, cell: Cell) -> Rerun:
    """Train a restored cell and compare.

    Raises
    ------
    UserError
        If data, labels or model cannot be had here.
    SweepStopped
        If training it fails, or the disk is full, for example.
    """
    run_cell(cell)
    place = store_of(cell).cell(cell.signature)
    now: Mapping[str, Any] | None = read_record(place / "record.json")
    if now is None or now["status"] not in DONE:
        raise SweepStopped(f"{folder}: training it again failed: {now['error'] if now else 'it left no record'}")
    return Rerun(record, now, differences(folder, place, (record, now)), count_samples(cell))


def count_samples(cell: Cell) -> dict[str, int]:
    """Count the samples that each accuracy is measured on."""
    from gls_sweep.sweep.work.loading import load_source

    source = load_source(cell.config)
    return {"test_accuracy": len(source.dataset.test_labels), "val_accuracy": len(source.held_out)}
