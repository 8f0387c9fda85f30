"""Where losses are compared they are the rows of one table; nothing is averaged that differs."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gls_sweep.results import render, write_figures
from gls_sweep.results.groups import split_groups
from gls_sweep.results.losses import loss_rows
from gls_sweep.results.pivot import ce_reference, pivot
from gls_sweep.results.plots.heat_map import heat_map
from gls_sweep.results.plots.over_rate import accuracy_over_rate
from tests.results.conftest import auto, diverged, finished, with_loss
from tests.results.test_results_present import printed

Record = dict[str, Any]
TableOf = Callable[[Iterable[Record]], pd.DataFrame]

MATRIX = [[0.9, 0.1], [0.3, 0.7]]


def some_losses(noise_rate: float, seed: int) -> list[Record]:
    """Cells of several losses for one noise and seed."""
    gls = [finished(rate, noise_rate, seed) for rate in (-0.8, 0.0, 0.8)]
    gce = [with_loss("gce", noise_rate, seed, q=q) for q in (0.7, 0.3)]
    forward = [with_loss("forward", noise_rate, seed, transition=of, estimator=None) for of in ("true", "estimated")]
    others = [with_loss(name, noise_rate, seed) for name in ("peer", "ce", "backward")]
    return [*gls, *gce, *forward, *others, auto(-0.3, noise_rate, seed)]


LABELS = [
    *("ce", "gls r=0.8", "gls r=0", "gls r=-0.8", "gls auto", "backward"),
    *("forward transition=estimated", "forward transition=true", "gce q=0.3", "gce q=0.7", "peer"),
]


@pytest.fixture
def compared(table_of: TableOf) -> pd.DataFrame:
    """A table of several losses, two noise rates and two seeds."""
    return table_of(record for noise in (0.0, 0.4) for seed in (0, 1) for record in some_losses(noise, seed))


def test_losses_are_rows_of_one_group(compared: pd.DataFrame) -> None:
    groups = list(split_groups(compared))
    assert [title for title, _ in groups] == [""]
    grids = pivot(compared, "val")
    assert list(grids.mean.index) == LABELS
    assert (grids.n.to_numpy() == 2).all()
    assert grids.rates.dropna().to_list() == [0.8, 0.0, -0.8]
    row = compared[(compared["loss.q"] == 0.3) & (compared["noise.rate"] == 0.4)]
    assert grids.mean.loc["gce q=0.3", 0.4] == pytest.approx(row["val.test_accuracy"].mean(), abs=1e-15)


def test_what_else_varies_still_splits(table_of: TableOf) -> None:
    records = [make(model={"name": name}) for name in ("mlp", "cnn_small") for make in (finished, auto)]
    table = table_of([*records, with_loss("ce")])
    assert [title for title, _ in split_groups(table)] == ["model.name=cnn_small", "model.name=mlp"]


def test_auto_is_a_row_after_the_rates(table_of: TableOf) -> None:
    table = table_of([finished(-0.8), auto(), finished(0.4)])
    assert [title for title, _ in split_groups(table)] == [""]
    assert list(pivot(table, "val").mean.index) == ["0.4", "-0.8", "auto"]


def test_estimators_are_named_where_there_are_several(table_of: TableOf) -> None:
    table = table_of([finished(), auto(loss={"estimator": "hoc"}), auto(loss={"estimator": "dual_t"})])
    grids = pivot(table, "val")
    assert list(grids.mean.index) == ["-0.8", "auto estimator=dual_t", "auto estimator=hoc"]
    assert (grids.n.to_numpy() == 1).all()


def test_options_of_one_loss_without_a_rate_are_rows(table_of: TableOf) -> None:
    table = table_of([with_loss("gce", q=q) for q in (0.7, 0.3, 0.30000001)])
    assert list(pivot(table, "val").mean.index) == ["gce q=0.3", "gce q=0.30000001", "gce q=0.7"]


def test_a_matrix_does_not_fill_the_screen(table_of: TableOf) -> None:
    long = [[1.0] + [0.0] * 9] * 10
    table = table_of([with_loss("forward", transition=rows) for rows in (MATRIX, long, [[0.0] * 10, *long[1:]])])
    labels = list(pivot(table, "val").mean.index)
    assert "forward transition=[[0.9, 0.1], [0.3, 0.7]]" in labels
    assert len(set(labels)) == 3 and max(map(len, labels)) < 60


KEYS = st.fixed_dictionaries(
    {"loss.name": st.sampled_from(["ce", "gls", "gce"])},
    optional={
        "loss.smooth_rate": st.sampled_from([0.1, 0.10000001, -2.0]),
        "loss.auto": st.just(True),
        "loss.estimator": st.sampled_from(["hoc", "dual_t"]),
        "loss.q": st.sampled_from([0.5, 1.0]),
    },
).filter(lambda cell: not {"loss.smooth_rate", "loss.auto"} <= cell.keys())  # a record has one of them


@settings(deadline=None)
@given(st.lists(KEYS, min_size=1, max_size=12))
def test_cells_share_a_row_only_if_all_keys_of_their_loss_agree(cells: list[Record]) -> None:
    table = pd.DataFrame([cell | {"seed": number} for number, cell in enumerate(cells)])
    rows = loss_rows(table)
    keys = [tuple(cell.get(key) or None for key in sorted(set().union(*cells))) for cell in cells]
    distinct = len({repr(key) for key in keys})
    assert rows.nunique() >= distinct
    for label in rows.unique():
        assert len({repr(key) for key, row in zip(keys, rows, strict=True) if row == label}) == 1


def test_ce_alone_counts_once_a_seed(compared: pd.DataFrame) -> None:
    reference = ce_reference(compared)
    assert reference is not None
    assert (reference.n.to_numpy() == 2).all()
    cells = compared[(compared["loss.name"] == "ce") & (compared["noise.rate"] == 0.4)]
    assert reference.mean[0.4].item() == pytest.approx(cells["whole_run.val.test_accuracy"].mean(), abs=1e-15)


def test_ce_alone_is_the_mean_over_folds(table_of: TableOf) -> None:
    table = table_of([finished(0.0, dataset={"fold": fold}) for fold in (0, 1, 2)])
    reference = ce_reference(table)
    assert reference is not None
    assert reference.n.to_numpy().tolist() == [[3]]


@pytest.mark.parametrize("width", [80, 120])
def test_the_printed_table_has_a_line_for_each_loss(compared: pd.DataFrame, width: int) -> None:
    text = printed(render(compared, ["val"]), width)
    lines = [line.rstrip() for line in text.splitlines()]
    head = next(i for i, line in enumerate(lines) if line.startswith("loss \\ ε"))
    grids = pivot(compared, "val")
    for i, (label, line) in enumerate(zip(LABELS, lines[head + 2 :], strict=False)):
        assert line.startswith(f"{label} ") and grids.entry(i, 1)[0] in line
    assert max(map(len, lines)) <= width and "…" not in text


def test_the_heat_map_has_losses_as_rows(compared: pd.DataFrame) -> None:
    axes = heat_map(compared, "val").axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        label.replace("=-", "=\N{MINUS SIGN}") for label in LABELS
    ]
    assert axes.get_ylabel() == "loss"
    for collection in axes.collections:
        offsets = np.asarray(collection.get_offsets())
        np.testing.assert_allclose(offsets[:, 1], [2, 3])  # rates 0 and -0.8


def test_no_optimal_rate_where_rows_share_a_rate(table_of: TableOf) -> None:
    table = table_of([finished(rate, loss={"wa": wa}) for rate in (0.0, -0.8) for wa in (0.0, 1.0)] + [with_loss("ce")])
    assert not heat_map(table, "val").axes[0].collections


def test_curves_are_of_the_losses_with_rates(compared: pd.DataFrame, tmp_path: Path) -> None:
    assert {path.name for path in write_figures(compared, tmp_path)} == {"heat_map.png", "accuracy_over_rate.png"}


def test_no_curves_without_rates(table_of: TableOf, tmp_path: Path) -> None:
    table = table_of([with_loss("ce"), with_loss("gce", q=0.7), auto()])
    assert [path.name for path in write_figures(table, tmp_path / "figures")] == ["heat_map.png"]


def test_each_loss_with_rates_has_its_curves(table_of: TableOf, tmp_path: Path) -> None:
    table = table_of([finished(rate, loss={"wa": wa}) for rate in (0.0, -0.8) for wa in (0.0, 1.0)] + [with_loss("ce")])
    names = {path.name for path in write_figures(table, tmp_path / "figures")}
    assert names == {"heat_map.png", "accuracy_over_rate_loss.wa=0.png", "accuracy_over_rate_loss.wa=1.png"}


def test_auto_stands_beside_the_curves(table_of: TableOf) -> None:
    table = table_of([finished(0.0), finished(-0.8), auto(-0.3), diverged(auto(-0.3, seed=1))])
    axes = accuracy_over_rate(table, ("val",)).axes[0]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["0", "\N{MINUS SIGN}0.8", "auto"]
    curve, point = axes.lines[0], axes.containers[0].lines[0]
    assert [np.asarray(line.get_xdata()).tolist() for line in (curve, point)] == [[0, 1], [2]]
