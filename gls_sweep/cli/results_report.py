"""Write `report.html` again: one page with the findings, the figures and a table of all cells, for any browser."""

import argparse
from pathlib import Path

from gls_sweep.cli.table_options import add_table_options, load_chosen
from gls_sweep.errors import UserError

NAME, HELP = "report", "write report.html again, or one page of several sweeps"


def add_options(command: argparse.ArgumentParser) -> None:
    """Add what the command can be told."""
    add_table_options(command)
    command.add_argument("--out", metavar="FILE", type=Path, help="where to (default: report.html in the folder)")


def run(words: argparse.Namespace) -> int:
    """Write it, and say where it is."""
    from gls_sweep.results.findings import Findings
    from gls_sweep.results.report import NAME as FILE
    from gls_sweep.results.report import write_report

    if words.out is None and len(words.folders) > 1:
        raise UserError("--out: of several sweeps the page has no place of its own; give a file, --out FILE.html")
    loaded = load_chosen(words)
    path = words.out or Path(words.folders[0]) / FILE
    if path.is_dir():
        raise UserError(f"--out {path}: must be a file, is a folder; give {path / FILE}")
    print(write_report(Findings(loaded.table), words.folders, path, loaded.left_out))
    return 0
