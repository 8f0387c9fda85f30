"""Records on disk → table → pivots, printed tables and figures; all of it derived, so it can be rebuilt at any time."""

from gls_sweep.results.figures import write_figures
from gls_sweep.results.present import render
from gls_sweep.results.statuses import read_statuses
from gls_sweep.results.table import load_table, write_table

__all__ = ["load_table", "read_statuses", "render", "write_figures", "write_table"]
