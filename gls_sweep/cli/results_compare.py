"""Put results beside published numbers, or two sweeps side by side.

`gls-results compare results/NAME paper:gls_cifar10` holds the published numbers against ours; `--list` says what was
published. `gls-results compare results/ONE results/OTHER` compares two sweeps; the first is the reference.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from gls_sweep.cli.table_options import add_table_options, load_chosen
from gls_sweep.cli.table_output import add_output, format_of, put_out
from gls_sweep.errors import UserError

if TYPE_CHECKING:
    from gls_sweep.results.formats import Grid
    from gls_sweep.results.table import Loaded

NAME, HELP = "compare", "put results beside published numbers, or two sweeps side by side"
PAPER = "paper:"


class ListPublished(argparse.Action):
    """Prints the published tables and leaves, as `--help` does."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, option: str | None = None
    ) -> None:
        """Print them."""
        from gls_sweep.results.published import list_published

        for name, title in list_published().items():
            print(f"{PAPER}{name:<14} {title}")
        parser.exit()


def add_options(command: argparse.ArgumentParser) -> None:
    """Add what the command can be told."""
    add_table_options(command)
    policy = "the epoch ours are taken from (default: as published; of two sweeps val, or best if one held nothing out)"
    command.add_argument("--policy", help=policy)
    command.add_argument("--list", action=ListPublished, nargs=0, help="list the published tables, and leave")
    add_output(command)


def run(words: argparse.Namespace) -> int:
    """Print the comparison, or write it."""
    format_of(words)  # a wrong one is told before anything is read
    papers = [word.removeprefix(PAPER) for word in words.folders if word.startswith(PAPER)]
    words.folders = [word for word in words.folders if not word.startswith(PAPER)]
    if len(papers) > 1 or not words.folders:
        raise UserError(
            f"compare: {len(words.folders)} folders, {len(papers)} of {PAPER}NAME; give folders and one of it"
        )
    grid, loaded = _beside_published(words, papers[0]) if papers else _side_by_side(words)
    put_out(words, [grid])
    if loaded.left_out:
        print(loaded.left_out, file=sys.stderr)
    return 0


def _beside_published(words: argparse.Namespace, name: str) -> tuple[Grid, Loaded]:
    from gls_sweep.results.compare import compare
    from gls_sweep.results.present_comparison import published_grid
    from gls_sweep.results.published import load_published

    published = load_published(name)
    loaded = load_chosen(words)
    return published_grid(compare(loaded.table, published, words.policy), published, words.policy), loaded


def _side_by_side(words: argparse.Namespace) -> tuple[Grid, Loaded]:
    from gls_sweep.results.compare_sweeps import compare_sweeps
    from gls_sweep.results.present_comparison import sweeps_grid

    if len(words.folders) != 2:
        raise UserError(f"compare: {len(words.folders)} folders; give two, or beside them paper:NAME, see --list")
    loaded = load_chosen(words)
    lines = compare_sweeps(loaded.table, words.policy)
    return sweeps_grid(lines, loaded.table), loaded
