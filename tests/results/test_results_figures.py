"""The figures that end a sweep carry the right axes, labels and numbers, and land where they should."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib import rc_context

from gls_sweep.results import write_figures
from gls_sweep.results.pivot import ce_reference, pivot
from gls_sweep.results.plots.files import save
from gls_sweep.results.plots.heat_map import heat_map
from gls_sweep.results.plots.over_rate import accuracy_over_rate
from gls_sweep.results.plots.style import CATEGORIES, ink, plain, sequence
from gls_sweep.results.theory import optimal_rates

Record = dict[str, Any]
MakeRecord = Callable[..., Record]
TableOf = Callable[[Iterable[Record]], pd.DataFrame]
RATES = ["0.8", "0.6", "0.4", "0.2", "0", "−0.2", "−0.4", "−0.6", "−0.8", "−1", "−2", "−4", "−6", "−8"]  # noqa: RUF001
PNG = b"\x89PNG\r\n\x1a\n"


def test_heat_map_axes_and_entries(table: pd.DataFrame) -> None:
    figure = heat_map(table, "val")
    axes = figure.axes[0]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["0", "0.2", "0.4", "0.6"]
    assert [label.get_text() for label in axes.get_yticklabels()] == RATES
    assert "noise rate" in axes.get_xlabel()
    assert "smooth rate" in axes.get_ylabel()
    assert "val: epoch best on held-out noisy labels" in figure.get_suptitle()
    texts = {(round(t.get_position()[0]), round(t.get_position()[1])): t for t in axes.texts}
    assert len(texts) == 4 * 14
    assert texts[0, 13].get_text() == "div"
    assert texts[1, 12].get_text().endswith("(2 div)")
    grids = pivot(table, "val")
    best = int(grids.mean[0.4].argmax())
    assert texts[2, best].get_text() == grids.entry(best, 2)[0]
    assert texts[2, best].get_fontweight() == "bold"
    assert sum(t.get_fontweight() == "bold" for t in axes.texts) == 2 * 4


@pytest.mark.parametrize(("lost", "span"), [(0.004, 5), (0.123, 13), (0.6, 30)])
def test_the_colours_span_what_the_data_do(make_record: MakeRecord, table_of: TableOf, lost: float, span: int) -> None:
    records = [make_record(0.0), make_record(-0.4)]
    for record, accuracy in zip(records, (0.9, 0.9 - lost), strict=True):
        record["policies"]["val"]["test_accuracy"] = accuracy
    assert heat_map(table_of(records), "val").axes[0].images[0].get_clim() == (-span, 0)


def test_optimal_rates_of_ten_classes(table: pd.DataFrame) -> None:
    rates = optimal_rates(table, np.array([0.0, 0.2, 0.4, 0.6, 0.9]))
    np.testing.assert_allclose(rates, [0, -2 / 7, -0.8, -2, np.nan], atol=1e-12)
    inclusive = table.assign(**{"noise.name": "symmetric_inclusive"})
    np.testing.assert_allclose(optimal_rates(inclusive, np.array([0.5])), [-1])


def test_optimal_rates_are_drawn_at_their_place_between_the_rates(table: pd.DataFrame) -> None:
    x, rows = heat_map(table, "best").axes[0].lines[0].get_data()
    between = 5 + (2 / 7 - 0.2) / 0.2  # -2/7 lies between rows 5 (-0.2) and 6 (-0.4)
    np.testing.assert_allclose(np.interp([0, 1, 2, 3], x, rows), [4, between, 8, 10])


def test_no_optimal_rates_for_noise_that_is_not_symmetric(make_record: MakeRecord, table_of: TableOf) -> None:
    table = table_of([make_record(rate, noise={"name": "pairflip"}) for rate in (0.4, 0.0, -0.4)])
    assert not heat_map(table, "val").axes[0].lines


def test_curves_axes_labels_and_values(table: pd.DataFrame) -> None:
    figure = accuracy_over_rate(table, ("val", "best"))
    reference = ce_reference(table)
    assert reference is not None
    assert len(figure.axes) == 2
    for axes, policy in zip(figure.axes, ("val", "best"), strict=True):
        assert axes.get_title(loc="left").startswith(policy)
        assert [label.get_text() for label in axes.get_xticklabels()] == RATES
        assert [text.get_text() for text in axes.texts] == [
            rf"$\varepsilon$ = {rate}" for rate in ("0", "0.2", "0.4", "0.6")
        ]
        grids = pivot(table, policy)
        means = [np.asarray(line.get_ydata()) for line in axes.lines if line.get_linestyle() == "-"]
        np.testing.assert_allclose(np.stack(means, axis=1), 100 * grids.mean.to_numpy())
        dashed = [np.asarray(line.get_ydata())[0] for line in axes.lines if line.get_linestyle() == "--"]
        np.testing.assert_allclose(dashed, 100 * reference.mean.to_numpy()[0])
        low, high = axes.collections[0].get_datalim(axes.transData).intervaly  # the first band
        mean, std = 100 * grids.mean.iloc[:, 0], 100 * grids.std.iloc[:, 0].fillna(0)
        assert (low, high) == pytest.approx(((mean - std).min(), (mean + std).max()))
    assert figure.axes[0].get_ylabel() == "test accuracy in %"


def test_where_nobody_knows_the_truth_the_figures_say_so(make_record: MakeRecord, table_of: TableOf) -> None:
    table = table_of([make_record(rate, dataset={"labels_are_true": False}) for rate in (0.0, -0.4)])
    assert "given (noisy) labels" in accuracy_over_rate(table).axes[0].get_ylabel()
    assert "given (noisy)" in accuracy_over_rate(table).axes[1].get_title(loc="left")


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


def test_one_cell_has_nothing_to_compare(make_record: MakeRecord, table_of: TableOf, tmp_path: Path) -> None:
    assert write_figures(table_of([make_record()]), tmp_path / "figures") == []


def test_each_group_has_its_figures(make_record: MakeRecord, table_of: TableOf, tmp_path: Path) -> None:
    table = table_of([make_record(rate, model={"name": name}) for rate in (0.0, -0.4) for name in ("mlp", "a/b")])
    names = {path.name for path in write_figures(table, tmp_path / "figures")}
    assert names == {
        f"{kind}_model.name={name}.png" for kind in ("heat_map", "accuracy_over_rate") for name in ("mlp", "a_b")
    }


@pytest.mark.parametrize("lost", ["diverged", "failed"])
def test_cells_that_never_finished_can_be_drawn(
    make_diverged: MakeRecord, table_of: TableOf, tmp_path: Path, lost: str
) -> None:
    records = [{**make_diverged(rate), "status": lost, "noise": None} for rate in (0.0, -8.0)]
    assert len(write_figures(table_of(records), tmp_path / "figures")) == 2


def test_figures_of_groups_that_are_gone_go_too(table: pd.DataFrame, tmp_path: Path) -> None:
    other = table.assign(**{"model.name": "cnn_small"})
    assert len(write_figures(pd.concat([table, other]), tmp_path)) == 4
    left = write_figures(table, tmp_path)
    assert sorted(tmp_path.glob("*.png")) == sorted(left) and len(left) == 2


def test_a_figure_keeps_its_style_wherever_it_is_drawn_and_saved(table: pd.DataFrame, tmp_path: Path) -> None:
    own = save(accuracy_over_rate(table), tmp_path / "own.png", "png").read_bytes()
    with rc_context({"font.size": 20, "axes.spines.top": True, "grid.color": "red"}):
        shown = accuracy_over_rate(table)
        assert not shown.axes[0].spines["top"].get_visible()
        assert save(shown, tmp_path / "shown.png", "png").read_bytes() == own


def test_seeds_are_counted_as_in_the_tables(make_record: MakeRecord, table_of: TableOf) -> None:
    noisy = table_of(make_record(rate, noise={"seed": seed}) for rate in (0.0, -0.4) for seed in range(5))
    assert "5 seeds" in heat_map(noisy, "val").get_suptitle()


def test_dollars_in_names_are_no_formulas(make_record: MakeRecord, table_of: TableOf, tmp_path: Path) -> None:
    name = r"d$\foo$"
    table = table_of(make_record(rate, dataset={"name": name}, noise={"name": name}) for rate in (0.0, -0.4))
    assert len(write_figures(table.assign(**{"noise.rate": np.nan}), tmp_path / "figures")) == 2
    losses = pd.concat([table, table.assign(**{"loss.name": name})], ignore_index=True)
    labels = [label.get_text() for label in heat_map(losses, "val").axes[0].get_yticklabels()]
    assert any(label.startswith(r"d\$\foo\$") for label in labels)
    assert write_figures(losses, tmp_path / "losses")


def test_small_labels_can_be_read_on_white() -> None:
    for color in (*sequence(5), *CATEGORIES):
        parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in ink(color)]
        assert 1.05 / (0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2] + 0.05) > 4.499


def test_numbers_have_a_minus_sign_and_names_keep_their_hyphen() -> None:
    assert plain("my-2 r=-0.4") == "my-2 r=\N{MINUS SIGN}0.4"
