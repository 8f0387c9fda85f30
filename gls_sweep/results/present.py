"""Print a table: the policies side by side, smooth rate or loss by noise rate, mean ± std over seeds."""

from collections.abc import Iterable, Sequence

import pandas as pd
from rich.columns import Columns
from rich.console import Group, RenderableType
from rich.constrain import Constrain
from rich.padding import Padding
from rich.text import Text

from gls_sweep.results.layout import Block, Layout, blocks
from gls_sweep.results.terminal import MARK, rich_table


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
    return render_blocks(blocks(table, Layout(policies, mark=MARK)), width)


def render_blocks(shown: Iterable[Block], width: int | None = None) -> RenderableType:
    """Lay out what `blocks` gives, as `render` does."""
    return Constrain(Group(*map(_block, shown)), width)


def _block(block: Block) -> Group:
    tables = [Padding(rich_table(grid), (0, 0, 1, 0)) for grid in block.grids.values()]
    legend = "\n".join([*block.meanings.values(), *block.notes])
    return Group(Text(block.title, style="bold"), "", Columns(tables, padding=(0, 3)), Text(legend, style="dim"), "")
