"""The figures carry the right axes, labels and numbers, and land where they should."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from gls_sweep.results import write_figures
from gls_sweep.results.curves import accuracy_over_rate
from gls_sweep.results.heat_map import heat_map, optimal_rates
from gls_sweep.results.pivot import ce_reference, pivot

Record = dict[str, Any]
MakeRecord = Callable[..., Record]
TableOf = Callable[[Iterable[Record]], pd.DataFrame]
RATES = ["0.8", "0.6", "0.4", "0.2", "0", "-0.2", "-0.4", "-0.6", "-0.8", "-1", "-2", "-4", "-6", "-8"]
PNG = b"\x89PNG\r\n\x1a\n"


def test_heat_map_axes_and_entries(table: pd.DataFrame) -> None:
    axes = heat_map(table, "val").axes[0]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["0", "0.2", "0.4", "0.6"]
    assert [label.get_text() for label in axes.get_yticklabels()] == RATES
    assert "noise rate" in axes.get_xlabel()
    assert "smooth rate" in axes.get_ylabel()
    assert "val: epoch best on held-out noisy labels" in axes.get_title()
    texts = {(round(t.get_position()[0]), round(t.get_position()[1])): t for t in axes.texts}
    assert len(texts) == 4 * 14
    assert texts[0, 13].get_text() == "div"
    assert texts[1, 12].get_text().endswith("(2 div)")
    grids = pivot(table, "val")
    best = int(grids.mean[0.4].argmax())
    assert texts[2, best].get_text() == grids.entry(best, 2)[0]
    assert texts[2, best].get_fontweight() == "bold"
    assert sum(t.get_fontweight() == "bold" for t in axes.texts) == 2 * 4


def test_optimal_rates_of_ten_classes(table: pd.DataFrame) -> None:
    rates = optimal_rates(table, pd.Index([0.0, 0.2, 0.4, 0.6, 0.9]))
    np.testing.assert_allclose(rates, [0, -2 / 7, -0.8, -2, np.nan], atol=1e-12)


def test_optimal_rates_are_drawn_at_their_place_between_the_rates(table: pd.DataFrame) -> None:
    for collection in heat_map(table, "best").axes[0].collections:
        offsets = np.asarray(collection.get_offsets())
        between = 5 + (2 / 7 - 0.2) / 0.2  # -2/7 lies between rows 5 (-0.2) and 6 (-0.4)
        np.testing.assert_allclose(offsets[:, 1], [4, between, 8, 10])


def test_no_optimal_rates_for_noise_that_is_not_symmetric(make_record: MakeRecord, table_of: TableOf) -> None:
    table = table_of([make_record(rate, noise={"name": "pairflip"}) for rate in (0.4, 0.0, -0.4)])
    assert not heat_map(table, "val").axes[0].collections


def test_curves_axes_labels_and_values(table: pd.DataFrame) -> None:
    figure = accuracy_over_rate(table, ("val", "best"))
    reference = ce_reference(table)
    assert reference is not None
    assert len(figure.axes) == 2
    for axes, policy in zip(figure.axes, ("val", "best"), strict=True):
        assert axes.get_title().startswith(policy)
        assert [label.get_text() for label in axes.get_xticklabels()] == RATES
        assert [text.get_text() for text in axes.texts] == [
            rf"$\epsilon$ = {rate}" for rate in ("0", "0.2", "0.4", "0.6")
        ]
        means = [np.asarray(bars.lines[0].get_ydata(), dtype=float) for bars in axes.containers]
        np.testing.assert_allclose(np.stack(means, axis=1), 100 * pivot(table, policy).mean.to_numpy())
        dashed = [np.asarray(line.get_ydata())[0] for line in axes.lines if line.get_linestyle() == "--"]
        np.testing.assert_allclose(dashed, 100 * reference.mean.to_numpy()[0])
    assert figure.axes[0].get_ylabel() == "test accuracy in %"


def test_direct_labels_do_not_overlap(make_record: MakeRecord, table_of: TableOf) -> None:
    table = table_of([make_record(rate, noise) for rate in (0.0, -0.4) for noise in (0.0, 0.001, 0.002, 0.003, 0.004)])
    axes = accuracy_over_rate(table, ("val",)).axes[0]
    low, high = axes.get_ylim()
    heights = np.sort([text.get_position()[1] for text in axes.texts])
    assert np.diff(heights).min() >= 0.044 * (high - low)


def test_files_are_written_and_nothing_else(table: pd.DataFrame, tmp_path: Path) -> None:
    paths = write_figures(table, tmp_path)
    assert [path.name for path in paths] == ["heat_map.png", "accuracy_over_rate.png"]
    assert sorted(tmp_path.iterdir()) == sorted(paths)
    assert all(path.read_bytes().startswith(PNG) for path in paths)


def test_without_validation_labels_the_oracle_is_drawn(
    make_record: MakeRecord, table_of: TableOf, tmp_path: Path
) -> None:
    table = table_of([make_record(rate, dataset={"val_fraction": 0.0}) for rate in (0.0, -0.4)])
    assert len(write_figures(table, tmp_path / "figures")) == 2


def test_each_group_has_its_figures(make_record: MakeRecord, table_of: TableOf, tmp_path: Path) -> None:
    table = table_of([make_record(model={"name": name}) for name in ("mlp", "a/b")])
    names = {path.name for path in write_figures(table, tmp_path / "figures")}
    assert names == {
        f"{kind}_model.name={name}.png" for kind in ("heat_map", "accuracy_over_rate") for name in ("mlp", "a_b")
    }


@pytest.mark.parametrize("lost", ["diverged", "failed"])
def test_cells_that_never_finished_can_be_drawn(
    make_diverged: MakeRecord, table_of: TableOf, tmp_path: Path, lost: str
) -> None:
    record = {**make_diverged(), "status": lost, "noise": None}
    assert len(write_figures(table_of([record]), tmp_path / "figures")) == 2


def test_figures_of_groups_that_are_gone_go_too(table: pd.DataFrame, tmp_path: Path) -> None:
    other = table.assign(**{"model.name": "cnn_small"})
    assert len(write_figures(pd.concat([table, other]), tmp_path)) == 4
    left = write_figures(table, tmp_path)
    assert sorted(tmp_path.glob("*.png")) == sorted(left) and len(left) == 2
