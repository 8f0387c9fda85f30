"""Makes all of results/paper that is derived from its tables: python -m paper.rebuild.

Means as CSV, figures, and the generated parts of its README.md, which a page of the documentation takes over.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from gls_sweep.files import write_text
from gls_sweep.results.formats import Grid, write_grids
from gls_sweep.results.pivot import has_policy
from gls_sweep.results.statistics import intervals
from paper import grids
from paper.agreement import agreement_grids
from paper.figures import write_figures
from paper.gains import WAYS, all_gains
from paper.sections import fill
from paper.tables import load_tables

FOLDER = Path("results/paper")
FIGURES = "figures"  # docs/figures leads there, so that both pages name them alike
NOTHING = "*Nothing was run yet.*"


def main() -> None:
    """Rebuild."""
    parser = argparse.ArgumentParser(prog="python -m paper.rebuild", description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER, help=f"default: {FOLDER}")
    for path in rebuild(parser.parse_args().folder):
        print(f"written: {path}")


def rebuild(folder: Path) -> list[Path]:
    """Write everything that follows from `folder/tables/*.parquet`; gives the paths."""
    tables = load_tables(folder / "tables")
    found = gains_in_words(tables)
    written = [write_means(table, folder / "tables" / f"{name}.csv") for name, table in tables.items()]
    figures = write_figures(tables, found, folder / FIGURES)
    page = folder / "README.md"
    filled = parts(tables, found) | {"figures": "\n\n".join(map(_image, figures)) or NOTHING}
    write_text(page, fill(page.read_text(encoding="utf-8"), filled))
    return [*written, *figures, page]


def parts(tables: Mapping[str, pd.DataFrame], found: pd.DataFrame) -> dict[str, str]:
    """Give the generated tables of the page by name."""
    return {
        "run": _markdown(grids.run_grid(tables)),
        "agreement": _markdown(*agreement_grids(tables)),
        "answers": _markdown(grids.answer_grid(found)),
        "gains": _markdown(grids.gain_grid(found)),
        "auto": _markdown(grids.auto_grid(tables)),
    }


def gains_in_words(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Give the gains of all sweeps with the columns that pages name them by."""
    return grids.with_words(all_gains(tables))


def write_means(table: pd.DataFrame, path: Path) -> Path:
    """Write mean, standard deviation, interval and number of seeds of each entry under each policy."""
    parts = [intervals(table, policy) for policy in WAYS if has_policy(table, policy)]
    write_text(path, pd.concat(parts).to_csv(index=False, float_format="%.6g"))
    return path


def _image(path: Path) -> str:
    return f"![{path.stem.replace('_', ' ')}]({FIGURES}/{path.name})"


def _markdown(*shown: Grid) -> str:
    filled = [grid for grid in shown if len(grid.frame)]
    return write_grids(filled, "markdown") if filled else NOTHING


if __name__ == "__main__":
    main()
