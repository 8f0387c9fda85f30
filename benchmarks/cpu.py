"""Measure this package beside its peers, on a machine without a GPU: python -m benchmarks.cpu [--out FILE].

All contenders of a piece of work take turns, so that a slow moment of the machine hits all; medians are printed. Peers
train a few of the cells, and the time of all is that of these plus what each further cell takes. Accuracies are means
over the cells that both trained; **differ** marks those further apart than `benchmarks.agreement` allows.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from benchmarks import agreement, contenders
from benchmarks.contenders import Contender, Run
from benchmarks.machine import describe_machine
from benchmarks.work import Work, cifar_words, export


def main() -> None:
    """Measure what is asked for and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--only", nargs="+", metavar="NAME", help="pieces of work, by what their tables are called")
    parser.add_argument("--cifar", type=Path, help="folder with train.parquet and test.parquet of CIFAR-10")
    parser.add_argument("--out", type=Path, help="append the tables to this file")
    words = parser.parse_args()
    known = [work.name for work, _ in pieces(words.cifar)]
    if unknown := set(words.only or []) - set(known):
        parser.error(f"--only {' '.join(unknown)}: must be of {', '.join(map(repr, known))}")
    parts = [f"## {date.today()}, {describe_machine()}\n"]
    for work, peers in pieces(words.cifar):
        if words.only is None or work.name in words.only:
            parts.append(measure(work, peers, words.repeats))
            print(parts[-1], flush=True)
    if words.out:
        with words.out.open("a", encoding="utf-8") as file:
            file.write("\n" + "\n".join(parts))


def pieces(cifar: Path | None) -> Iterable[tuple[Work, Sequence[str]]]:
    """Give the work and by whom it is done besides us."""
    yield Work("digits, MLP"), ("script", "hydra", "joblib", "lightning", "vmap", "vmap shared")
    # Two classes are as good as swapped at a rate of 0.6.
    yield Work("breast_cancer, MLP", ("dataset=breast_cancer",), noise_rates=(0.0, 0.1, 0.2, 0.4)), ("hydra", "vmap")
    short = {"model": "cnn_small", "noise_rates": (0.4,), "seeds": (0,), "warmup_epochs": 8, "main_epochs": 2}
    yield Work("digits, cnn_small", **short), ("hydra",)  # type: ignore[arg-type]
    if cifar:
        shorter = short | {"warmup_epochs": 4, "main_epochs": 1, "augment": True}
        yield Work("CIFAR-10, 2,000 images, cnn_small", words=cifar_words(cifar), **shorter), ("hydra",)  # type: ignore[arg-type]


def measure(work: Work, peers: Sequence[str], repeats: int) -> str:
    """Let all do the work in turns; gives a table."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "arrays.npz"
        test_size = len(export(work, file).test_labels)
        all_of_them = [contenders.ours(work, Path(folder)), *(make(name, work, file) for name in peers)]
        totals: dict[str, list[float]] = {one.name: [] for one in all_of_them}
        last: dict[str, Run] = {}
        for _ in range(repeats):
            for one in all_of_them:
                runs = [one.run(size) for size in one.sizes]
                totals[one.name].append(one.whole(runs, work.cells))
                last[one.name] = runs[-1]
    return table(work, all_of_them, totals, last, test_size)


def make(name: str, work: Work, file: Path) -> Contender:
    """Make a peer by its name."""
    if name == "vmap shared":
        return contenders.vmapped(work, file, share_warmups=True)
    if name == "joblib":
        return contenders.hydra_app(work, file, processes=2)
    makers = {
        "script": contenders.script,
        "hydra": contenders.hydra_app,
        "lightning": contenders.lightning_app,
        "vmap": contenders.vmapped,
    }
    return makers[name](work, file)


def table(
    work: Work,
    all_of_them: Sequence[Contender],
    totals: dict[str, list[float]],
    last: dict[str, Run],
    test_size: int,
) -> str:
    """Lay out times, ratios, and the accuracies of the cells that both trained."""
    ours = all_of_them[0]
    base, own = statistics.median(totals[ours.name]), last[ours.name].accuracies
    lines = [f"### {work}\n"]
    lines += [
        "| | s | lowest, highest | against ours | cells trained | test accuracy, ours (may differ by) |",
        "|---|---|---|---|---|---|",
    ]
    for one in all_of_them:
        seconds, run = totals[one.name], last[one.name]
        middle = statistics.median(seconds)
        found = "" if one is ours else agreement.compare(run.accuracies, own, test_size)
        lines.append(
            f"| {one.name} | {middle:.1f} | {min(seconds):.1f}, {max(seconds):.1f} | {middle / base:.1f} "
            f"| {run.cells} | {found} |"
        )
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
