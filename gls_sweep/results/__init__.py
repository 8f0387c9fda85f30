"""Records on disk → table → pivots, printed tables and figures; all of it derived, so it can be rebuilt at any time."""

from gls_sweep.results.compare import compare
from gls_sweep.results.compare_sweeps import compare_sweeps
from gls_sweep.results.estimate_errors import estimate_errors, render_estimate_errors, tell_rates
from gls_sweep.results.histories import load_histories
from gls_sweep.results.oracle_gap import oracle_gap
from gls_sweep.results.plots.files import write_figures
from gls_sweep.results.present import render
from gls_sweep.results.present_choices import render_choices
from gls_sweep.results.published import list_published, load_published
from gls_sweep.results.regret import mean_regret, regret
from gls_sweep.results.statuses import read_statuses
from gls_sweep.results.table import load_table, write_table

__all__ = [
    "compare",
    "compare_sweeps",
    "estimate_errors",
    "list_published",
    "load_histories",
    "load_published",
    "load_table",
    "mean_regret",
    "oracle_gap",
    "read_statuses",
    "regret",
    "render",
    "render_choices",
    "render_estimate_errors",
    "tell_rates",
    "write_figures",
    "write_table",
]
