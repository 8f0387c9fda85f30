"""The committed tables: of each sweep a row a cell, with what a cell is and what it reached."""

import re
from pathlib import Path

import pandas as pd

from gls_sweep.files import write_atomically
from gls_sweep.results import load_table
from gls_sweep.results.table import config_columns

FOLDER = Path("results/paper/tables")
KEPT = re.compile(
    r"status|diverged_at\.\w+|(last|best|val)\.(epoch|test_accuracy|val_accuracy)"
    r"|whole_run\.(last|best|val)\.(phase|epoch|test_accuracy)|estimate\.(estimator|noise_rate|smooth_rate)"
    r"|noise\.(realised_rate|num_classes)|execution\.device|versions\.torch|git_commit"
)
"""What is kept of a cell's results; of its configuration all is."""


def collect(folder: Path, into: Path = FOLDER) -> Path:
    """Write the table of a results folder as `<sweep>.parquet`, without what no page needs; gives the file's path."""
    table = load_table(folder)
    configuration = set(config_columns(table))
    kept = [name for name in table if name in configuration or KEPT.fullmatch(str(name))]
    path = into / f"{folder.resolve().name}.parquet"
    return write_atomically(path, lambda temporary: _write_small(table[kept], temporary))


def load_tables(folder: Path = FOLDER) -> dict[str, pd.DataFrame]:
    """Give the committed tables by the names of their sweeps; each is like one of `load_table`."""
    return {path.stem: pd.read_parquet(path) for path in sorted(folder.glob("*.parquet"))}


def _write_small(table: pd.DataFrame, path: Path) -> None:
    table.to_parquet(path, index=False, compression="zstd", write_statistics=False)
