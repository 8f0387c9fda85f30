"""Train a recorded cell again from its stored configuration, and say whether it got the same numbers.

Exit status 0: the same, to the last bit; 1: not the same, or training failed; 2: a mistake, nothing was trained.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gls_sweep.cli.command import Parser, run
from gls_sweep.cli.leave import leave
from gls_sweep.errors import SweepStopped, UserError

if TYPE_CHECKING:
    from rich.table import Table

    from gls_sweep.results.rows import Record
    from gls_sweep.sweep.rerun import Rerun

SAME, NOT_SAME = 0, 1
MACHINE: dict[str, Callable[[Record], Any]] = {
    "results version": lambda record: record["results_version"],
    "gls_sweep": lambda record: record["versions"].get("gls_sweep"),
    "git commit": lambda record: (record.get("git_commit") or "")[:12],
    "torch": lambda record: record["versions"].get("torch"),
    "numpy": lambda record: record["versions"].get("numpy"),
    "python": lambda record: record["versions"].get("python"),
    "device": lambda record: record["execution"].get("gpu") or record["execution"].get("device"),
    "processor": lambda record: record["execution"].get("processor"),
    "threads": lambda record: 1 if record["execution"].get("exact") else record["execution"].get("threads"),
    "execution": lambda record: record["execution"].get("backend"),
    "compiled": lambda record: record["execution"].get("compiled", False),
    "cells in its pack": lambda record: record["execution"].get("pack_size"),
}
CAUSES = ("results version", "torch", "numpy", "device", "processor", "threads", "execution", "compiled")
"""Of other bits."""


def main(words: Sequence[str]) -> None:
    """Run the command."""
    run(parser().parse_args(words))


def parser() -> Parser:
    """Make the parser."""
    made = Parser(prog="gls-sweep rerun", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("folder", metavar="FOLDER", help="a cell's folder, results/NAME/cells/<2 digits>/<signature>")
    made.add_argument(
        "signature", metavar="SIGNATURE", nargs="?", help="its first digits, where FOLDER is results/NAME"
    )
    made.add_argument("--device", help="auto, cpu, cuda or cuda:NUMBER (default: the kind it was trained on)")
    made.add_argument(
        "--keep", metavar="FOLDER", help="keep what is trained in this new folder (default: leave nothing)"
    )
    made.set_defaults(run=run_again)
    return made


def run_again(words: argparse.Namespace) -> int:
    """Train the cell again and print how it compares."""
    from gls_sweep.config.cell import check_value
    from gls_sweep.sweep.rerun import find_cell, read_cell, rerun, restore

    if words.device is not None:
        check_value("device", words.device)
    with ExitStack() as temporary:
        folder = find_cell(Path(words.folder).expanduser(), words.signature)
        record = read_cell(folder)
        into = kept(words.keep) or Path(temporary.enter_context(tempfile.TemporaryDirectory())) / "rerun"
        cell = restore(folder, record, words.device, into)
        tell_version(record)
        tell(f"{folder}: training its {cell.epochs} epochs again on device={cell.config.device}")
        try:
            return show(rerun(folder, record, cell))
        except SweepStopped as error:
            leave(str(error), NOT_SAME)


def tell_version(record: Record) -> None:
    """Say where other code trained the cell, whose numbers are known to be others."""
    from gls_sweep.config.identity import RESULTS_VERSION

    if record["results_version"] != RESULTS_VERSION:
        tell(f"trained by results version {record['results_version']} of the code, today's is {RESULTS_VERSION}")


def kept(word: str | None) -> Path | None:
    """Give the folder to keep what is trained in, absolute; raises `UserError` where something is there already."""
    if word is None:
        return None
    folder = Path(word).expanduser().resolve()
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise UserError(f"--keep {word}: must be a new or an empty folder")
    return folder


def show(made: Rerun) -> int:
    """Print the verdict, and where the bits are not the same what differs."""
    from rich.console import Console

    if not made.differences:
        tell(f"the same, to the last bit: every number of the history, the metrics and the weights ({told_end(made)})")
        return SAME
    console = Console()
    console.print(differences_table(made))
    console.print(machine_table(made))
    tell(verdict(made))
    return NOT_SAME


def verdict(made: Rerun) -> str:
    """Say what the differences come to, and what may have caused them."""
    gap, samples = f"accuracies differ by up to {100 * made.largest_gap:.2f} points", made.samples["test_accuracy"]
    if made.is_alike:
        said = f"not the same bits, but {gap}, within twice the sampling error of an accuracy on {samples} samples"
    else:
        said = f"not the same: {gap}"
    return f"{said}; {cause(made.recorded, made.now)}"


def cause(recorded: Record, now: Record) -> str:
    """Say what may have caused other bits."""
    known = [name for name in CAUSES if name != "processor" or MACHINE[name](recorded)]
    if other := [name for name in known if MACHINE[name](recorded) != MACHINE[name](now)]:
        return f"trained by another {', '.join(other)}"
    if "processor" in known:
        return "versions, device and processor are the same, so it cannot be reproduced"
    return "versions and device are the same, so another processor trained it, or it cannot be reproduced"


def told_end(made: Rerun) -> str:
    """Say how the training ended."""
    at = made.now["diverged_at"]
    return f"diverged again in epoch {at['epoch']} of {at['phase']}" if at else "finished"


def differences_table(made: Rerun) -> Table:
    """Lay out what differs."""
    from rich.table import Table

    table = Table("differs", "where", "recorded", "now", "difference")
    for one in made.differences:
        values = (one.recorded, one.now)
        numbers = all(isinstance(value, int | float) for value in values)
        gap = f"{one.now - one.recorded:.2g}" if numbers else ""
        table.add_row(one.what, one.where, *map(shown, values), gap)
    return table


def machine_table(made: Rerun) -> Table:
    """Lay out what trained the cell, before and now."""
    from rich.table import Table

    table = Table("trained by", "recorded", "now")
    for name, of in MACHINE.items():
        table.add_row(name, shown(of(made.recorded)), shown(of(made.now)))
    return table


def shown(value: Any) -> str:
    """Show a value, a number with six digits."""
    return "-" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)


def tell(line: str) -> None:
    """Print a line for a person, however narrow the terminal."""
    print(line, flush=True)
