"""Print or write the table of all cells, as the end of the sweep does, or any other pivot of it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from gls_sweep.cli.table_options import add_table_options, load_chosen
from gls_sweep.cli.table_output import add_output, format_of, put_out

if TYPE_CHECKING:
    import pandas as pd

    from gls_sweep.results.layout import Layout

NAME, HELP = "table", "print the table of all cells, or write it as Markdown, LaTeX, CSV or HTML"


def add_options(command: argparse.ArgumentParser) -> None:
    """Add what the command can be told."""
    add_table_options(command)
    command.add_argument(
        "--policy",
        nargs="+",
        help="from which epoch: last, best, val, last5, whole_run.val ... (default: best val last)",
    )
    command.add_argument("--metric", help="test_accuracy (default), test_nll, train_flipped_given ...")
    command.add_argument("--rows", nargs="+", metavar="KEY", help="keys for the rows (default: the loss)")
    command.add_argument("--columns", nargs="+", metavar="KEY", help="keys for the columns (default: noise.rate)")
    tests = command.add_mutually_exclusive_group()
    tests.add_argument("--statistics", action="store_true", help="intervals over seeds and tests against r = 0 instead")
    paper = "the GLS paper's own test instead: five non-negative against five negative smooth rates"
    tests.add_argument("--paper-test", action="store_true", help=paper)
    add_output(command)


def run(words: argparse.Namespace) -> int:
    """Print it."""
    kind = format_of(words)
    loaded = load_chosen(words)
    if words.statistics or words.paper_test:
        _statistics(loaded.table, words)
    elif kind == "rich" and words.out is None and _is_plain(words):
        from gls_sweep.cli.show import show_table
        from gls_sweep.results.findings import Findings

        show_table(Findings(loaded.table), loaded.left_out)
        return 0
    else:
        _pivots(loaded.table, words, kind)
    if loaded.left_out:
        import sys

        print(loaded.left_out, file=sys.stderr)
    return 0


def _is_plain(words: argparse.Namespace) -> bool:
    return not (words.policy or words.metric or words.rows or words.columns)


def _pivots(table: pd.DataFrame, words: argparse.Namespace, kind: str) -> None:
    from gls_sweep.results.layout import blocks, written
    from gls_sweep.results.present import render_blocks
    from gls_sweep.results.terminal import MARK

    if kind == "rich":
        put_out(words, [], render_blocks(blocks(table, _layout(words, MARK))))
    else:
        put_out(words, list(written(table, _layout(words, "bold"))))


def _layout(words: argparse.Namespace, mark: str) -> Layout:
    from gls_sweep.results.layout import Layout

    names = {"policies": words.policy, "rows": words.rows, "columns": words.columns, "metric": words.metric}
    return Layout(**{name: value for name, value in names.items() if value}, mark=mark)


def _statistics(table: pd.DataFrame, words: argparse.Namespace) -> None:
    from gls_sweep.errors import UserError
    from gls_sweep.results.metrics import ACCURACY
    from gls_sweep.results.statistics import chosen_policy
    from gls_sweep.results.statistics.grids import statistics_grids

    if words.rows or words.columns:
        option = "--paper-test" if words.paper_test else "--statistics"
        raise UserError(f"{option}: tests losses for each noise rate; leave --rows and --columns out")
    metric = words.metric or ACCURACY
    policies = words.policy or [chosen_policy(table, metric)]
    grids = [grid for policy in policies for grid in statistics_grids(table, policy, metric, words.paper_test)]
    put_out(words, grids)
