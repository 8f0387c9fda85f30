"""Rank the training samples by how likely their label is wrong, from the networks of a sweep's finished cells.

Each sample is judged by the networks that were not trained on it, where there are such: dataset.fold holds out every
sample once, as experiment=suspects does.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from gls_sweep.cli.figure_file import figure_path, save_figure
from gls_sweep.cli.table_options import add_filter, add_folder
from gls_sweep.errors import UserError

if TYPE_CHECKING:
    from rich.table import Table

    from gls_sweep.sweep.suspects import Suspects

NAME, HELP = "suspects", "rank the training samples by how likely their label is wrong"
PRINTED, TOP = 10, 100


def add_options(command: argparse.ArgumentParser) -> None:
    """Add which cells to ask and where things go."""
    add_folder(command)
    chosen = "only cells with this value, noise.rate=0.2 for example; may be repeated; all must have one set of labels"
    add_filter(command, chosen)
    command.add_argument("--count", metavar="N", type=positive, help="how many to suspect (default: estimated)")
    command.add_argument("--out", metavar="FILE", help="the ranking as CSV (default: FOLDER/suspects.csv)")
    picture = "a picture of the top, .png, .pdf or .svg (default: FOLDER/suspects.png, for images)"
    command.add_argument("--figure", metavar="FILE", help=picture)
    command.add_argument("--top", metavar="N", type=positive, default=64, help="images in the picture (default: 64)")


def positive(word: str) -> int:
    """Read a number of at least 1."""
    if not word.isdecimal() or int(word) < 1:
        raise argparse.ArgumentTypeError(f"{word}: must be a whole number of at least 1")
    return int(word)


def run(words: argparse.Namespace) -> int:
    """Write the ranking and the picture, print what they come to."""
    from rich.console import Console

    from gls_sweep.files import write_atomically
    from gls_sweep.sweep.suspects import find_suspects

    folder, asked = Path(words.folder), figure_path(words.figure)
    found = find_suspects(folder, words.filter, words.count)
    if asked is not None and not has_images(found):
        raise UserError(f"--figure={words.figure}: cannot be drawn; the samples are no images, grey or coloured")
    out = Path(words.out).expanduser() if words.out else folder / "suspects.csv"
    written = [write_atomically(out, lambda path: found.ranking.to_csv(path, index=False))]
    if has_images(found):
        written.append(draw(found, words.top, asked or folder / "suspects.png"))
    console = Console()
    for line in [f"{folder}: {tell_samples(found)}", *told(found), *notes(found)]:
        console.print(line, soft_wrap=True, markup=False, highlight=False)
    console.print(first_rows(found))
    console.print(f"written: {', '.join(map(str, written))}", soft_wrap=True, markup=False, highlight=False)
    return 0


def tell_samples(found: Suspects) -> str:
    """Say how many samples are judged, and by whom."""
    outside, samples = int(found.ranking["out_of_sample"].sum()), len(found.ranking)
    part = {0: "none", samples: "all"}.get(outside, f"{outside}")
    return f"{samples} samples, {part} of them judged out of sample, by {found.cells} networks"


def told(found: Suspects) -> list[str]:
    """Say how many are suspected, and where the truth is known how many of them rightly."""
    from sklearn.metrics import average_precision_score

    from gls_sweep.estimation import precision_recall

    ranking = found.ranking
    suspected = ranking["suspected"].to_numpy()
    rate = found.expected / len(ranking)
    lines = [f"suspected: {suspected.sum()}; estimated noise rate {rate:.3f}, {found.expected} labels"]
    if "wrong" in ranking:
        wrong = ranking["wrong"].to_numpy()
        precision, recall = precision_recall(suspected, wrong)
        average, top = average_precision_score(wrong, ranking["score"]), wrong[:TOP]
        lines += [
            f"in truth: noise rate {wrong.mean():.3f}, {wrong.sum()} labels",
            f"precision {precision:.3f}, recall {recall:.3f}, average precision {average:.3f}; "
            f"of the top {len(top)}, {top.sum()} are wrong",
        ]
    return lines


def notes(found: Suspects) -> list[str]:
    """Say which samples are not judged, and what the ranking of those is worth that no network holds out."""
    lines = []
    if found.dataset.rows is not None:
        test = len(found.dataset.test_labels)
        lines.append(
            f"{test} samples of the source are the test set and not judged; `row` counts the source's rows from 0"
        )
    if inside := int((~found.ranking["out_of_sample"]).sum()):
        lines.append(
            f"{inside} samples are judged by networks that were trained on them: one that has learnt wrong labels by "
            "heart confirms them; experiment=suspects holds out every sample once"
        )
    return lines


def first_rows(found: Suspects) -> Table:
    """Lay out the top of the ranking."""
    from rich.table import Table

    names = [
        name
        for name in ("index", "row", "path", "given_name", "proposed_name", "score", "true")
        if name in found.ranking
    ]
    table = Table(*(name.removesuffix("_name") for name in names))
    for row in found.ranking.head(PRINTED).to_dict("records"):
        shown = row | {"score": f"{row['score']:.3f}"}
        if "true" in row:
            shown["true"] = found.dataset.class_names[row["true"]]
        table.add_row(*(str(shown[name]) for name in names))
    return table


def has_images(found: Suspects) -> bool:
    """Whether the samples are images that can be drawn."""
    shape = found.dataset.input_shape
    return len(shape) == 3 and shape[0] in (1, 3)


def draw(found: Suspects, most: int, path: Path) -> Path:
    """Draw the top of the ranking into a file."""
    from gls_sweep.estimation.suspects_figure import suspects_figure

    top = found.ranking.head(most)
    images = found.dataset.inputs[top["index"].tolist()].numpy()
    pairs = list(zip(top["given_name"], top["proposed_name"], strict=True))
    gap = "\n→ " if max(len(given + proposed) for given, proposed in pairs) > 10 else " → "
    wrong = top["wrong"].to_numpy() if "wrong" in top else None
    title = f"the {len(top)} most suspect labels: given → proposed"
    figure = suspects_figure(images, [given + gap + proposed for given, proposed in pairs], title, wrong)
    return save_figure(path, figure)
