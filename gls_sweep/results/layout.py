"""What a pivot of a table looks like, whatever it is written in: blocks of grids, one grid a policy."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from gls_sweep.errors import UserError, did_you_mean
from gls_sweep.results.averaged import averaged_over, labels_are_true, tell_policy
from gls_sweep.results.formats import Entry, Grid
from gls_sweep.results.groups import NOISE_RATE, RATE, compares_losses, describe, key_labels, split_groups
from gls_sweep.results.losses import loss_rows
from gls_sweep.results.lost import MEANINGS
from gls_sweep.results.metrics import ACCURACY, in_words
from gls_sweep.results.pivot import PivotTable, best_two, ce_reference, has_policy, pivot, require_policy
from gls_sweep.results.rows import POLICIES
from gls_sweep.results.table import config_columns

REFERENCE = "CE†"
ABSENT = "not recorded for these cells (val needs dataset.val_fraction > 0)"
SYMBOLS = {RATE: "r", NOISE_RATE: "ε"}


@dataclass(frozen=True)
class Layout:
    """How a table is laid out.

    Attributes
    ----------
    policies
        Which policies to show, in this order; one that the cells do not have is named as missing.
    rows
        Keys of the configuration whose values are the rows; the losses, or the smooth rates of one, when empty.
    columns
        Keys whose values are the columns.
    metric
        What is shown.
    mark
        How the marked entries look, in words.
    """

    policies: Sequence[str] = ("best", "val", "last")
    rows: Sequence[str] = ()
    columns: Sequence[str] = (NOISE_RATE,)
    metric: str = ACCURACY
    mark: str = "bold"


@dataclass(frozen=True)
class Block:
    """The grids of a group of cells by policy, and what is to be said of each policy and of all."""

    title: str
    grids: dict[str, Grid]
    meanings: dict[str, str]
    notes: list[str]


def blocks(table: pd.DataFrame, layout: Layout) -> Iterator[Block]:
    """Lay out a block for each group of `split_groups`: what varies beyond rows and columns is never averaged.

    Raises
    ------
    UserError
        If there is no such key or metric, or no cell has any of the policies.
    """
    _check(table, layout)
    if tuple(layout.rows) == (RATE,) and not compares_losses(table):
        layout = replace(layout, rows=())  # with `auto` among them, and in the paper's order
    for title, group in split_groups(table, layout.rows or None, layout.columns):
        yield _block(title or describe(group), group, layout)


def written(table: pd.DataFrame, layout: Layout) -> Iterator[Grid]:
    """Give the grids of all blocks, each by itself with its title and notes, to be written with `write_grids`."""
    for block in blocks(table, layout):
        for policy, grid in block.grids.items():
            title = ", ".join(filter(None, (block.title, block.meanings[policy])))
            yield replace(grid, title=title, notes=block.notes, numbers=_of_group(block.title, grid.numbers))


def _of_group(title: str, numbers: pd.DataFrame | None) -> pd.DataFrame | None:
    if numbers is not None:
        numbers = numbers.copy()
        numbers.insert(0, "group", title)
    return numbers


def _check(table: pd.DataFrame, layout: Layout) -> None:
    known = config_columns(table)
    for option, keys in (("--rows", layout.rows), ("--columns", layout.columns)):
        for key in keys:
            if key not in known and key != NOISE_RATE:
                raise UserError(f"{option} {key}: no cell has this key{did_you_mean(key, known)}")
    if both := set(layout.rows) & set(layout.columns):
        raise UserError(f"--rows {' '.join(sorted(both))}: stands in --columns too; give it once")
    for policy in layout.policies:
        if (name := policy.removeprefix("whole_run.")) not in POLICIES:
            raise UserError(f"--policy {policy}: must be one of {', '.join(POLICIES)}{did_you_mean(name, POLICIES)}")
    if not any(has_policy(table, policy, layout.metric) for policy in layout.policies):
        require_policy(table, layout.policies[0], layout.metric)


def _block(title: str, table: pd.DataFrame, layout: Layout) -> Block:
    rows = key_labels(table, layout.rows) if layout.rows else loss_rows(table)
    columns = None if tuple(layout.columns) == (NOISE_RATE,) else key_labels(table, layout.columns)
    shown = [policy for policy in layout.policies if has_policy(table, policy, layout.metric)]
    pivots = {policy: pivot(table, policy, layout.metric, rows, columns) for policy in shown}
    reference = ce_reference(table, layout.metric, columns) if not layout.rows else None
    grids = {policy: _grid(policy, grids, reference) for policy, grids in pivots.items()}
    meanings = {
        policy: f"{policy}: {tell_policy(policy, table) if policy in pivots else ABSENT}" for policy in layout.policies
    }
    return Block(title, grids, meanings, _notes(table, list(pivots.values()), reference, layout))


def _grid(policy: str, grids: PivotTable, reference: PivotTable | None) -> Grid:
    marked = best_two(grids.mean, grids.metric).to_numpy()
    lines = [
        [Entry(*grids.entry(i, j), bool(marked[i, j])) for j in range(grids.mean.shape[1])]
        for i in range(len(grids.mean))
    ]
    labels = [str(label) for label in grids.mean.index]
    if reference is not None:
        at = [int(j) for j in reference.mean.columns.get_indexer(grids.mean.columns)]
        lines.append([Entry(*reference.entry(0, j)) if j >= 0 else Entry("") for j in at])
        labels.append(REFERENCE)
    frame = pd.DataFrame(lines, columns=pd.Index(grids.column_labels, dtype="str"), dtype="object")
    frame.insert(0, _head(grids), labels)
    return Grid(frame, policy, numbers=_numbers(policy, grids, marked), foot=int(reference is not None))


def _head(grids: PivotTable) -> str:
    """Name the rows and the columns, in the corner."""
    rows, columns = str(grids.mean.index.name), str(grids.mean.columns.name)
    return f"{SYMBOLS.get(rows, rows)} \\ {SYMBOLS.get(columns, columns)}"


def _numbers(policy: str, grids: PivotTable, marked: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """Give one row an entry: the numbers behind it, in the metric's own unit."""
    names = [str(grids.mean.index.name), str(grids.mean.columns.name)]
    index = pd.MultiIndex.from_product([grids.mean.index, grids.column_labels], names=names)
    frames = {"mean": grids.mean, "std": grids.std, "n": grids.n, "diverged": grids.diverged, "failed": grids.failed}
    columns = {name: frame.to_numpy().ravel() for name, frame in frames.items()}
    numbers = pd.DataFrame(columns | {"best_two": marked.ravel()}, index).reset_index()
    numbers.insert(0, "metric", grids.metric)
    numbers.insert(0, "policy", policy)
    return numbers


def _notes(
    table: pd.DataFrame, pivots: Sequence[PivotTable], reference: PivotTable | None, layout: Layout
) -> list[str]:
    marks = [f"{layout.mark}: best two of a column"] if any(_has_marks(grids) for grids in pivots) else []
    marks += [MEANINGS["diverged"]] if any(grids.diverged.any(axis=None) for grids in pivots) else []
    marks += [MEANINGS["failed"]] if any(grids.failed.any(axis=None) for grids in pivots) else []
    counts = [int(n) for grids in pivots for n in grids.n.to_numpy().ravel()]
    metric = in_words(layout.metric, labels_are_true(table))
    notes = [f"{REFERENCE}: CE alone at its val epoch of the whole run, warm-up included"] if reference else []
    return ["; ".join([f"{metric}, mean ± std over {averaged_over(table, counts)}", *marks]), *notes]


def _has_marks(grids: PivotTable) -> bool:
    return bool(best_two(grids.mean, grids.metric).any(axis=None))
