"""Takes what the pages need out of folders of results: python -m paper.collect results/honest_twonorm ..."""

import argparse
from pathlib import Path

from gls_sweep.cli.leave import USER_ERROR, leave
from gls_sweep.errors import UserError
from paper.tables import FOLDER, collect


def main() -> None:
    """Collect the folders that are named."""
    parser = argparse.ArgumentParser(prog="python -m paper.collect", description=__doc__)
    parser.add_argument("folders", metavar="FOLDER", nargs="+", type=Path, help="a sweep's folder, results/NAME")
    parser.add_argument("--into", metavar="FOLDER", type=Path, default=FOLDER, help=f"default: {FOLDER}")
    words = parser.parse_args()
    try:
        for folder in words.folders:
            path = collect(folder, words.into)
            print(f"written: {path}, {path.stat().st_size / 1024:.0f} KiB")
    except UserError as error:
        leave(str(error), USER_ERROR)


if __name__ == "__main__":
    main()
