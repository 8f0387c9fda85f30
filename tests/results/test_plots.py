"""The other figures: what they show is what the table and the records say."""

import json
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure

from gls_sweep.cli.figure_kinds import KINDS
from gls_sweep.record_file import cell_folder, file_checksum
from gls_sweep.results import load_table, oracle_gap
from gls_sweep.results.pivot import pivot
from gls_sweep.results.plots.asked import Asked
from gls_sweep.results.plots.files import write_kind
from gls_sweep.results.plots.style import spread
from gls_sweep.results.plots.telling import telling_rows
from gls_sweep.results.several import load_sweeps
from tests.results.conftest import diverged, finished, with_loss, write_record, write_results

Record = dict[str, Any]
TableOf = Callable[[Iterable[Record]], pd.DataFrame]
MINUS = "\N{MINUS SIGN}"
TABLE_KINDS = [name for name, kind in KINDS.items() if not kind.runs_networks and name != "training_curves"]


def draw(kind: str, table: pd.DataFrame, *folders: Path, policy: str | None = None) -> dict[str, Figure]:
    """Draw a kind; its figures by what tells them apart."""
    return dict(KINDS[kind].load()(Asked(table, folders, policy)))


def words(figure: Figure) -> str:
    """All that stands on a figure."""
    return "\n".join(text.get_text() for text in figure.findobj(lambda artist: hasattr(artist, "get_text")))


@pytest.mark.parametrize("kind", TABLE_KINDS)
def test_every_kind_is_drawn_of_a_sweep_or_is_not(kind: str, sweep: Path, table: pd.DataFrame) -> None:
    drawn = draw(kind, table, sweep)
    assert len(drawn) == 1
    context = drawn[""].get_suptitle()
    assert "digits · symmetric noise" in context and "3 seeds" in context
    alone = table[table["loss.smooth_rate"] == -0.8].query("seed == 0").iloc[:1]
    assert bool(draw(kind, alone, sweep)) == (kind == "transition")


def test_kinds_do_not_take_each_others_files() -> None:
    assert not [(one, other) for one in KINDS for other in KINDS if other.startswith(f"{one}_")]


@pytest.mark.parametrize("form", ["png", "svg", "pdf"])
def test_the_same_data_give_the_same_file(table: pd.DataFrame, tmp_path: Path, form: str) -> None:
    kind = KINDS["best_rates"].load()
    one, other = (write_kind("best_rates", kind, Asked(table), tmp_path / name, [form])[0] for name in "ab")
    assert one.read_bytes() == other.read_bytes()
    if form == "svg":
        assert "The best two smooth rates" in one.read_text()  # text is text


def test_formats_that_are_not_asked_for_are_left_alone(table: pd.DataFrame, tmp_path: Path) -> None:
    for name in ("regions.svg", "regions_old.png", "regionsmine.png"):
        (tmp_path / name).write_text("mine")
    write_kind("regions", KINDS["regions"].load(), Asked(table), tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"regions.png", "regions.svg", "regionsmine.png"}


def test_best_rates_are_those_of_the_table_and_lost_no_seed(table_of: TableOf) -> None:
    records = [finished(rate, noise, seed) for rate in (0.4, 0.0, -0.8) for noise in (0.0, 0.4) for seed in (0, 1)]
    for record in records:
        distance = record["config"]["loss"]["smooth_rate"] + 2 * record["config"]["noise"]["rate"]
        record["policies"]["val"]["test_accuracy"] = 0.9 - 0.1 * abs(distance)
    lucky = finished(-4.0, 0.4)
    lucky["policies"]["val"]["test_accuracy"] = 0.99  # would be the best, but its other seed diverged
    table = table_of([*records, lucky, diverged(finished(-4.0, 0.4, 1))])
    axes = draw("best_rates", table)[""].axes[0]
    marks = [found.get_offsets().tolist() for found in axes.collections if isinstance(found, PathCollection)]
    assert marks == [[[0, 1]], [[0, 0]], [[1, 2]], [[1, 1]]]  # best and second by column, rows 0.4, 0, -0.8
    assert [text.get_text() for text in axes.texts] == ["90.0", "90.0"]


def test_regions_mark_the_best_rate_by_its_sign_at_the_best_one_of_clean_labels(table: pd.DataFrame) -> None:
    axes = draw("regions", table)[""].axes[0]
    grids = pivot(table, "val")
    marks = [line for line in axes.lines if line.get_marker() in ("o", "^", "v")]
    assert [line.get_xdata()[0] for line in marks] == [0, 0.2, 0.4, 0.6]
    clean = grids.rates[grids.mean[0.0].idxmax()]
    assert {line.get_ydata()[0] for line in marks} == {clean}
    best = [grids.rates[grids.mean[rate].idxmax()] for rate in (0.2, 0.4, 0.6)]
    assert [line.get_marker() for line in marks[1:]] == ["v" if rate < 0 else "o" for rate in best]
    assert axes.get_xlim() == pytest.approx((0, 0.9))  # from (K-1)/K on labels say nothing


def test_regions_need_noise_that_theory_knows(table: pd.DataFrame) -> None:
    assert not draw("regions", table.assign(**{"noise.name": "pairflip"}))


def test_oracle_gap_draws_the_numbers_of_the_table(table: pd.DataFrame) -> None:
    gaps = oracle_gap(table)
    panels = draw("oracle_gap", table)[""].axes
    assert len(panels) == 4
    for axes, (_, own) in zip(panels, gaps.groupby("noise.rate"), strict=True):
        drawn = np.asarray(axes.containers[0].lines[0].get_xdata(), dtype=float)
        np.testing.assert_allclose(drawn, 100 * own["gap"].to_numpy()[1:])  # the oracle's own is none
    labels = [label.get_text() for label in panels[0].get_yticklabels()]
    assert labels[:2] == ["rate val, epoch val", "rate oracle, epoch val"]


def test_losses_are_drawn_over_the_noise_rate(table_of: TableOf) -> None:
    names = ("ce", "gce", "mae", "sce", "peer", "elr", "focal", "cores")
    table = table_of(with_loss(name, noise) for name in names for noise in (0.0, 0.2))
    figure = draw("accuracy_over_noise", table)[""]
    assert len(figure.axes[0].texts) == 6 and "ce" in {text.get_text() for text in figure.axes[0].texts}
    assert "grey: the others" in words(figure)
    assert not draw("accuracy_over_rate", table)


def test_telling_rows_are_0_the_ends_and_the_best(table: pd.DataFrame) -> None:
    grids = pivot(table, "val")
    rows = telling_rows(grids, 5)
    assert len(rows) == 5 and rows == sorted(rows)
    assert {"0.8", "0", "-8", grids.mean[0.6].idxmax()} <= {grids.mean.index[row] for row in rows}
    assert telling_rows(grids, 1) == [4]


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    """A sweep of two rates and two seeds whose histories say how many wrong labels were memorised."""
    records = [finished(rate, 0.2, seed) for rate in (0.0, -0.8) for seed in (0, 1)]
    folder = write_results(tmp_path / "sweep", records)
    for record in records:
        cell, seed = cell_folder(folder, record["signature"]), record["config"]["seed"]
        epochs = [(phase, epoch) for phase in ("warmup", "main") for epoch in (1, 2)]
        rows = [f"{phase},{epoch},{0.5 + 0.1 * epoch + 0.02 * seed},0.25" for phase, epoch in epochs]
        (cell / "history.csv").write_text("\n".join(["phase,epoch,test_accuracy,train_flipped_given", *rows]) + "\n")
        written = json.loads((cell / "record.json").read_text())
        written["files"]["history.csv"] = file_checksum(cell / "history.csv")
        del written["checksum"]
        write_record(cell / "record.json", written)
    return folder


def test_training_curves_are_means_over_seeds_of_the_histories(trained: Path) -> None:
    figure = draw("training_curves", load_table(trained), trained)[""]
    accuracy, memorised = figure.axes
    for axes, expected in ((accuracy, [61, 71, 61, 71]), (memorised, [25, 25, 25, 25])):
        curves = [line for line in axes.lines if len(line.get_xdata()) == 4]
        assert len(curves) == 2
        for line in curves:
            np.testing.assert_allclose(line.get_ydata(), expected)
        [start] = [line.get_xdata()[0] for line in axes.lines if len(line.get_xdata()) == 2]
        assert start == 2.5
    assert [text.get_text() for text in accuracy.texts] == ["$r$ = 0", f"$r$ = {MINUS}0.8"]
    assert "dotted: the next phase starts" in words(figure)


def test_training_curves_of_several_sweeps_find_each_cells_own(trained: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(trained, other)  # the same cells, whose histories are lost
    for history in other.rglob("history.csv"):
        history.unlink()
    for folders in ([trained, other], [other, trained]):
        assert list(draw("training_curves", load_sweeps(folders).table, *folders)) == ["sweep=sweep"]


def test_spread_keeps_the_order_and_the_distance_and_stays_inside() -> None:
    @given(st.lists(st.floats(0, 1), max_size=8))
    def check(positions: list[float]) -> None:
        moved = spread(np.array(positions), 0.1)
        assert (np.diff(np.sort(moved)) >= 0.1 - 1e-9).all()
        assert (np.diff(moved[np.argsort(positions, kind="stable")]) > 0).all()
        assert moved.min(initial=0) >= -1e-9 and moved.max(initial=1) <= 1 + 1e-9

    check()


def test_transition_matrices_are_those_of_the_records(tmp_path: Path) -> None:
    records = [finished(0.0, noise, seed) for noise in (0.0, 0.2) for seed in (0, 1)]
    for record in records:
        realised = np.array(record["noise"]["transition"]) + 0.01 * record["config"]["seed"]
        record["noise"]["realised_transition"] = realised.tolist()
        record["noise"]["realised_rate"] = record["config"]["noise"]["rate"]
    folder = write_results(tmp_path / "sweep", records)
    figure = draw("transition", load_table(folder), folder)[""]
    asked, realised = (np.asarray(axes.images[0].get_array()) for axes in figure.axes[:2])
    np.testing.assert_allclose(asked, records[2]["noise"]["transition"])
    np.testing.assert_allclose(realised, asked + 0.005)
    assert "mean over 2 sets of labels" in words(figure)
