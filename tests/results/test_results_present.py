"""The printed table shows numbers, marks and divergence, with and without colour, wide and narrow."""

import io
from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd
import pytest
from rich.console import Console, RenderableType

from gls_sweep.results import render
from gls_sweep.results.pivot import best_two, ce_reference, pivot

Record = dict[str, Any]
MakeRecord = Callable[..., Record]
TableOf = Callable[[Iterable[Record]], pd.DataFrame]


def printed(renderable: RenderableType, width: int, colour: bool = False) -> str:
    """Print to text, as when piped unless with colour."""
    console = Console(
        file=io.StringIO(), width=width, force_terminal=colour, color_system="truecolor" if colour else None
    )
    with console.capture() as capture:
        console.print(renderable)
    return capture.get()


@pytest.mark.parametrize("width", [80, 160])
def test_every_number_is_there_and_nothing_is_cut(table: pd.DataFrame, width: int) -> None:
    text = printed(render(table), width)
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text
    for policy in ("best", "val", "last"):
        grids = pivot(table, policy)
        marked = best_two(grids.mean)
        for rate in (0.8, 0.0, -0.8):
            for noise in grids.mean.columns:
                mean, std = (100 * frame.loc[f"{rate:g}", noise] for frame in (grids.mean, grids.std))
                assert f"{mean:.1f}±{std:.1f}" + ("*" if marked.loc[f"{rate:g}", noise] else "") in text


def test_policies_are_side_by_side_when_wide_and_stacked_when_narrow(table: pd.DataFrame) -> None:
    wide, narrow = (printed(render(table), width) for width in (160, 80))
    assert any(line.split() == ["best", "val", "last"] for line in wide.splitlines())
    assert {"best", "val", "last"} <= {line.strip() for line in narrow.splitlines()}


def test_width_can_be_set(table: pd.DataFrame) -> None:
    assert max(len(line.rstrip()) for line in printed(render(table, width=80), 160).splitlines()) <= 80


def test_rates_descend_and_the_reference_follows_a_line(table: pd.DataFrame) -> None:
    lines = [line.strip() for line in printed(render(table, ["val"]), 80).splitlines()]
    head = next(i for i, line in enumerate(lines) if line.startswith("r \\"))
    assert lines[head].split()[3:] == ["0", "0.2", "0.4", "0.6"]
    labels = [line.split()[0] for line in lines[head + 2 : head + 16]]
    assert labels == ["0.8", "0.6", "0.4", "0.2", "0", "-0.2", "-0.4", "-0.6", "-0.8", "-1", "-2", "-4", "-6", "-8"]
    assert set(lines[head + 16]) == {"─"}
    reference = ce_reference(table)
    assert reference is not None
    assert lines[head + 17].split() == ["CE†", *(reference.entry(0, j)[0] for j in range(4))]


def test_divergence_is_visible(table: pd.DataFrame) -> None:
    lines = [line.strip() for line in printed(render(table, ["val"]), 80).splitlines()]
    minus_eight = next(line for line in lines if line.startswith("-8"))
    minus_six = next(line for line in lines if line.startswith("-6"))
    assert minus_eight.split()[1] == "div"
    assert minus_six.count("(2 div)") == 2
    assert "div: diverged, not in the mean" in " ".join(lines)


def test_the_legend_says_which_epoch_on_which_labels(table: pd.DataFrame) -> None:
    text = printed(render(table), 160)
    assert "best: epoch best on the test labels (oracle)" in text
    assert "val: epoch best on held-out noisy labels" in text
    assert "over 1-3 seeds" in text


def test_the_best_two_are_bold(table: pd.DataFrame) -> None:
    grids = pivot(table, "val")
    number = grids.entry(int(grids.mean[0.4].argmax()), 2)[0]
    assert f"\x1b[1m{number}*" in printed(render(table, ["val"]), 80, colour=True)


def test_without_validation_labels_the_policy_is_named_as_missing(make_record: MakeRecord, table_of: TableOf) -> None:
    text = printed(render(table_of([make_record(dataset={"val_fraction": 0.0})])), 160)
    assert "val: not recorded" in text
    assert "CE†" not in text
    assert "over 1 seed\n" in text


def test_each_group_has_its_title(make_record: MakeRecord, table_of: TableOf) -> None:
    records = [make_record(model={"name": name}) for name in ("mlp", "cnn_small")]
    text = printed(render(table_of(records)), 80)
    assert "model.name=mlp" in text
    assert "model.name=cnn_small" in text


def test_a_sweep_in_which_everything_diverged(
    make_record: MakeRecord, make_diverged: MakeRecord, table_of: TableOf
) -> None:
    text = printed(render(table_of([make_diverged(seed=seed) for seed in range(2)])), 160)
    assert text.count(" div") >= 3
    assert "over no seeds" in text


@pytest.mark.parametrize(
    ("seeds", "folds", "lost", "over"),
    [
        ([0], 5, 0, "1 seed \N{MULTIPLICATION SIGN} 5 folds"),
        ([0, 1], 3, 0, "2 seeds \N{MULTIPLICATION SIGN} 3 folds"),
        ([0, 1], 3, 1, "5 cells (2 seeds \N{MULTIPLICATION SIGN} 3 folds)"),
        ([0, 1, 2], 1, 0, "3 seeds"),
    ],
)
def test_the_legend_says_over_what_the_means_are(
    seeds: list[int],
    folds: int,
    lost: int,
    over: str,
    make_record: MakeRecord,
    make_diverged: MakeRecord,
    table_of: TableOf,
) -> None:
    cells = [(seed, {"fold": fold}) for seed in seeds for fold in range(folds)]
    records = [make_record(seed=seed, dataset=fold) for seed, fold in cells[lost:]]
    records += [make_diverged(seed=seed, dataset=fold) for seed, fold in cells[:lost]]
    assert f"mean ± std over {over}" in printed(render(table_of(records), ["last"]), 160)


def test_seeds_of_weights_and_of_noise_that_vary_apart(make_record: MakeRecord, table_of: TableOf) -> None:
    records = [make_record(seed=seed, noise={"seed": noise}) for seed in (0, 1) for noise in (0, 1, 2)]
    text = printed(render(table_of(records), ["last"]), 160)
    assert "over 2 seeds \N{MULTIPLICATION SIGN} 3 noise seeds" in text


def test_where_nobody_knows_the_truth_there_is_no_oracle(make_record: MakeRecord, table_of: TableOf) -> None:
    text = printed(render(table_of([make_record(dataset={"labels_are_true": False})])), 160)
    assert "best: epoch best on the given (noisy) test labels" in text and "oracle" not in text
    assert "test accuracy on the given (noisy) labels in %" in text
