"""Draw figures of one sweep or of several.

Without --kind all that can be drawn from tables and curves; those that ask the trained networks are drawn when named.
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from gls_sweep.cli.figure_file import FORMATS
from gls_sweep.cli.figure_kinds import KINDS, Kind, kinds_of
from gls_sweep.cli.table_options import add_table_options, load_chosen
from gls_sweep.errors import UserError

NAME, HELP = "plot", "draw figures"
ALL = "all"


def add_options(command: argparse.ArgumentParser) -> None:
    """Add which figures, of which cells, and where they go."""
    add_table_options(command)
    listed = "; ".join(f"{name}: {kind.help}" for name, kind in KINDS.items())
    chosen = f"which figures, {ALL} for every kind (default: those that run no network). {listed}"
    command.add_argument("--kind", metavar="NAME", nargs="+", choices=[*KINDS, ALL], action="extend", help=chosen)
    policy = "from which epoch: last, best, val, last5, whole_run.val ... (default: val, or best where none held out)"
    command.add_argument("--policy", help=policy)
    command.add_argument("--format", nargs="+", choices=FORMATS, default=["png", "svg"], help="default: png svg")
    command.add_argument("--out", metavar="FOLDER", help="where the files go (default: the sweep's folder)")


def run(words: argparse.Namespace) -> int:
    """Draw them, and say what was written and what could not be drawn."""
    from rich.console import Console

    from gls_sweep.results.pivot import require_policy
    from gls_sweep.results.plots.asked import Asked
    from gls_sweep.results.plots.files import write_kind

    kinds, out = chosen_kinds(words.kind), out_folder(words.out, words.folders)
    loaded = load_chosen(words)
    asked = Asked(loaded.table, [Path(folder) for folder in words.folders], words.policy)
    if words.policy:
        require_policy(loaded.table, words.policy)
    written = {name: write_kind(name, kind.load(), asked, out, words.format) for name, kind in kinds.items()}
    console = Console()
    for line in [*tell(kinds, written, words.kind is not None), loaded.left_out]:
        if line:
            console.print(line, soft_wrap=True, markup=False, highlight=False)
    return 0


def chosen_kinds(names: Sequence[str] | None) -> Mapping[str, Kind]:
    """Give the kinds of these names; those that run no network where none is named."""
    if names is None:
        return {name: kind for name, kind in KINDS.items() if not kind.runs_networks}
    return KINDS if ALL in names else kinds_of(names)


def out_folder(word: str | None, folders: Sequence[str]) -> Path:
    """Say where the files go."""
    if word is None and len(folders) > 1:
        raise UserError(f"--out: must name a folder for the figures of {len(folders)} sweeps together")
    return Path(word or folders[0]).expanduser()


def tell(kinds: Mapping[str, Kind], written: Mapping[str, Sequence[Path]], named: bool) -> list[str]:
    """Say what was written, and of kinds that were named why there is none."""
    paths = [str(path) for files in written.values() for path in files]
    lacking = [f"{name}: nothing to draw; takes {kinds[name].needs}" for name in kinds if not written[name]]
    return [f"written: {', '.join(paths)}" if paths else "nothing written", *(lacking if named else [])]
