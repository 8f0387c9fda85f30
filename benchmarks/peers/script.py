"""(a) The common script: one process a cell, all options on its command line.

python -m benchmarks.peers.script arrays.npz --model mlp --noise-rate 0.2 --smooth-rate -0.8 --seed 0
"""

import argparse
import json
from pathlib import Path

from benchmarks.peers import arrays, loop


def main() -> None:
    """Train the cell and print its last accuracies."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--model", default="mlp")
    parser.add_argument("--hidden", type=int, nargs="*", default=[64, 64])
    parser.add_argument("--noise-rate", type=float, default=0.2)
    parser.add_argument("--smooth-rate", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--warmup-epochs", type=int, default=40)
    parser.add_argument("--main-epochs", type=int, default=10)
    parser.add_argument("--workers", type=int, default=0)
    words = vars(parser.parse_args())
    data = arrays.load(words.pop("file"))
    cell = loop.CellOptions(**words | {"hidden": tuple(words["hidden"])})
    print(json.dumps(cell.name | loop.train_cell(data, cell)[-1]))


if __name__ == "__main__":
    main()
