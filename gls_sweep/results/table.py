"""The table: all records of a sweep as one DataFrame, one row a cell."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from gls_sweep.config.cell import IDENTITY
from gls_sweep.errors import UserError
from gls_sweep.files import write_atomically
from gls_sweep.results.columns import as_frame, names_of
from gls_sweep.results.gather import gather
from gls_sweep.results.index import FILES, RECORD
from gls_sweep.results.records import nothing_there
from gls_sweep.results.rows import MEASURED_NOISE, POLICIES
from gls_sweep.results.versions import OtherVersions, choose

_RESULT_ROOTS = (
    *("signature", "status", "error", "diverged_at", *POLICIES),
    *("whole_run", "estimate", "time", "execution", "versions", "git_commit"),
)
_NOISE_RESULTS = {f"noise.{name}" for name in (*MEASURED_NOISE, "num_classes")}

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Loaded:
    """A table, and a line on the records that it leaves out; empty where it has all."""

    table: pd.DataFrame
    left_out: str


def load_table(
    folder: str | Path, signatures: Iterable[str] | None = None, other_versions: OtherVersions = "drop"
) -> pd.DataFrame:
    """Load a sweep's records as a table: one row a cell, sorted by configuration.

    Parameters
    ----------
    folder
        A sweep's folder, `results/<sweep>`.
    signatures
        Only these cells (those without a record yet are left out); all cells when None.
    other_versions
        What to do with records of code that trained otherwise or wrote other files: "drop" leaves them out, with a
        warning; "keep" keeps those that can be read. Pivots and figures never average over versions.

    Returns
    -------
    DataFrame
        A column exists when at least one cell has it; what a cell lacks is missing there. Columns:

        - `signature`, `status` (`finished`, `diverged` or `failed`).
        - Configuration, named by the dotted keys of the command line: `dataset.name`, `noise.rate`, `noise.seed`,
          `loss.smooth_rate`, `schedule.phases.main.epochs`, `seed`, ...; lists as their JSON text. With it
          `results_version`, of the code that decided the numbers. `loss.auto` tells the cells with
          `loss.smooth_rate=auto`, whose `loss.smooth_rate` is missing; it is there when there are such cells.
        - `error`; `diverged_at.phase`, `diverged_at.epoch`.
        - `<policy>.phase`, `<policy>.epoch` (from 1 within the phase) and metrics `<policy>.<split>_<metric>` for the
          policies `last`, `best`, `val`, `last5` over the last phase, and `whole_run.<policy>...` over all phases.
          Splits: `train`, `val`, `test`. Metrics: `accuracy`, `ece`, `confidence_right` and `confidence_wrong` as
          fractions in [0, 1], `nll` in nats. No column of policy `val` where `dataset.val_fraction` is 0 throughout.
        - `noise.requested_rate`, `noise.realised_rate` (fractions; missing where the true labels are not known),
          `noise.labels_hash`, `noise.num_classes`.
        - `estimate.estimator`, `estimate.noise_rate`, `estimate.smooth_rate`: what was estimated for the loss from the
          network of the phase before; the smooth rate with `loss.smooth_rate=auto`, which was trained with it. The
          estimated transition matrix is in the cell's `record.json` only.
        - `time.finished` (UTC), `time.seconds`; `execution.pack_size`, ...; `versions.torch`, ...; `git_commit`.

        Text is `str`, whole numbers (epochs, seeds, sizes) `Int64`, truth values `boolean`, other numbers `float64`.

    Raises
    ------
    UserError
        If `folder` holds no records, or none that is kept. One that is damaged is reported and left out.
    """
    loaded = load(Path(folder), signatures, other_versions)
    if loaded.left_out:
        log.warning("%s", loaded.left_out)
    return loaded.table


def load(folder: Path, signatures: Iterable[str] | None, other_versions: OtherVersions) -> Loaded:
    """Load what `load_table` gives, and what it warns of."""
    if other_versions not in ("drop", "keep"):
        raise UserError(f"other_versions={other_versions}: must be drop or keep")
    columns = gather(folder, signatures)
    if not len(columns):
        raise UserError(nothing_there(folder))
    loaded = make_table(columns, folder, other_versions)
    if loaded.table.empty:
        raise UserError(loaded.left_out)
    return loaded


def make_table(columns: pa.Table, folder: Path, other_versions: OtherVersions = "drop") -> Loaded:
    """Make the table of `load_table` from what `gather` gave; it may be empty."""
    chosen, left_out = choose(columns, other_versions, folder)
    names = names_of(chosen) - {RECORD, FILES, "format"} | {"signature", "status", "error"}
    table = as_frame(chosen, sorted(names, key=_place))
    for name in table.columns[table.columns.str.endswith("loss.auto") & (table.dtypes == "boolean")]:
        table[name] = table[name].fillna(False)
    varying = [name for name in config_columns(table) if table[name].nunique(dropna=False) > 1]
    return Loaded(table.sort_values([*varying, "signature"], ignore_index=True), left_out)


def write_table(table: pd.DataFrame, folder: str | Path) -> list[Path]:
    """Write `table.parquet` and `table.csv` into `folder`, each atomically; return their paths."""
    columns = pa.Table.from_pandas(table, preserve_index=False)
    return [
        write_atomically(Path(folder) / "table.parquet", lambda path: pq.write_table(columns, path)),
        write_atomically(Path(folder) / "table.csv", lambda path: csv.write_csv(columns, path)),  # pandas takes minutes
    ]


def config_columns(table: pd.DataFrame) -> list[str]:
    """Columns of a table that are configuration: all that are not known to be results."""
    return [name for name in table.columns if is_configuration(name)]


def is_configuration(name: str) -> bool:
    """Whether a column is configuration, by its name."""
    # Told by exclusion: a key nobody thought of then splits a pivot where it varies, instead of being averaged over.
    return name.split(".", 1)[0] not in _RESULT_ROOTS and name not in _NOISE_RESULTS


def _place(name: str) -> tuple[int, int, bool, str]:
    """Order the columns: what a cell is, its configuration, its results; whichever cells there are."""
    root = name.split(".", 1)[0]
    if name in ("signature", "status"):
        return 0, 0, False, name
    if name in _NOISE_RESULTS or root in _RESULT_ROOTS:
        return 2, _RESULT_ROOTS.index(root) if root in _RESULT_ROOTS else len(_RESULT_ROOTS), False, name
    return 1, IDENTITY.index(root) if root in IDENTITY else len(IDENTITY), not name.endswith(".name"), name
