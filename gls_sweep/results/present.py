"""Print a table: the policies side by side, smooth rate or loss by noise rate, mean ± std over seeds."""

from collections.abc import Iterable, Sequence

import pandas as pd
from rich import box
from rich.columns import Columns
from rich.console import Group, RenderableType
from rich.constrain import Constrain
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from gls_sweep.results.groups import RATE, describe, split_groups
from gls_sweep.results.pivot import PivotTable, best_two, ce_reference, has_policy, pivot
from gls_sweep.results.rows import POLICIES

MARK = "*"
_ABSENT = "not recorded for these cells (val needs dataset.val_fraction > 0)"


def render(
    table: pd.DataFrame, policies: Sequence[str] = ("best", "val", "last"), width: int | None = None
) -> RenderableType:
    """Lay out test accuracies in percent, smooth rate or loss by noise rate, for `rich.console.Console.print`.

    One block for each group of `split_groups`; in it one grid per policy, side by side as far as the width allows. The
    best two rows of each noise rate are bold and starred; diverged and failed cells are named, never averaged.

    Parameters
    ----------
    table
        As from `load_table`.
    policies
        Which policies to show, in this order; one that the cells do not have is named as missing.
    width
        Columns of text to use at most; the console's when None.
    """
    blocks = [_block(title or describe(group), group, policies) for title, group in split_groups(table)]
    return Constrain(Group(*blocks), width)


def _block(title: str, table: pd.DataFrame, policies: Sequence[str]) -> Group:
    pivots = {policy: pivot(table, policy) for policy in policies if has_policy(table, policy)}
    reference = ce_reference(table)
    tables = [Padding(_grid(policy, grids, reference), (0, 0, 1, 0)) for policy, grids in pivots.items()]
    meanings = [f"{policy}: {POLICIES.get(policy, '') if policy in pivots else _ABSENT}" for policy in policies]
    legend = "\n".join([*meanings, *_notes(list(pivots.values()), reference)])
    return Group(Text(title, style="bold"), "", Columns(tables, padding=(0, 3)), Text(legend, style="dim"), "")


def _grid(policy: str, grids: PivotTable, reference: PivotTable | None) -> Table:
    result = Table(box=box.HORIZONTALS, padding=0, show_edge=False, title_justify="left", title_style="bold")
    result.title = policy
    rates = grids.mean.index.name == RATE
    result.add_column("r \\ ε" if rates else "loss \\ ε", justify="right" if rates else "left")
    for label in grids.column_labels:
        result.add_column(label)
    marked = best_two(grids.mean).to_numpy()
    for i, label in enumerate(grids.mean.index):
        last = i == len(grids.mean) - 1
        entries = (_entry(grids, i, j, bool(marked[i, j])) for j in range(grids.mean.shape[1]))
        result.add_row(label, *entries, end_section=last and reference is not None)
    if reference is not None:
        at = reference.mean.columns.get_indexer(grids.mean.columns)
        result.add_row("CE†", *(_entry(reference, 0, int(j), False) if j >= 0 else Text() for j in at))
    return result


def _entry(grids: PivotTable, i: int, j: int, marked: bool) -> Text:
    number, lost = grids.entry(i, j)
    shown = (number + MARK, "bold") if marked else number
    return Text.assemble(shown, " " if number and lost else "", (lost, "red"))


def _notes(pivots: Sequence[PivotTable], reference: PivotTable | None) -> list[str]:
    marks = [f"{MARK} best two of a column"] if any(best_two(grids.mean).any(axis=None) for grids in pivots) else []
    marks += ["div: diverged, not in the mean"] if any(grids.diverged.any(axis=None) for grids in pivots) else []
    marks += ["fail: failed, see column `error`"] if any(grids.failed.any(axis=None) for grids in pivots) else []
    counts = (n for grids in pivots for n in grids.n.to_numpy().ravel())
    notes = ["CE†: CE alone at its val epoch of the whole run, warm-up included"] if reference is not None else []
    return [*notes, "; ".join([f"test accuracy in %, mean ± std over {seeds_in_words(counts)}", *marks])]


def seeds_in_words(counts: Iterable[int]) -> str:
    """Say over how many seeds means are; those over none do not count."""
    some = sorted({int(count) for count in counts if count})
    if some in ([], [1]):
        return "1 seed" if some else "no seeds"
    return f"{some[0]}-{some[-1]} seeds" if len(some) > 1 else f"{some[0]} seeds"
