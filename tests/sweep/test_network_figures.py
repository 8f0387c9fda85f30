"""The trained networks, asked again, say what they said in training, and the figures show it."""

import shutil
import sys
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

from gls_sweep.cli.results import main
from gls_sweep.errors import UserError
from gls_sweep.record_file import cell_folder
from gls_sweep.results import load_table
from gls_sweep.results.plots.asked import Asked
from gls_sweep.sweep.network_figures import bias_variance, calibration, confidence, decision_boundaries
from gls_sweep.sweep.network_figures.bias_variance import decompose
from gls_sweep.sweep.network_figures.panels import even_panels, finished_groups, telling_panels
from gls_sweep.sweep.outputs import LabelledOutputs, read_network
from gls_sweep.sweep.work.worker import train_pack
from tests.conftest import MakeCell

RATES, NOISES, SEEDS = (0.8, 0.4, 0, -0.5, -2), (0, 0.2), (0, 1)
SMALL = ["schedule=quick", "dataset=two_dimensional", "dataset.size=100", "dataset.test_size=200"]


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory, make_cell: MakeCell) -> Asked:
    """Two noise rates, five smooth rates and two seeds in the plane."""
    folder = tmp_path_factory.mktemp("networks")
    values = product(NOISES, RATES, SEEDS)
    words = ([f"noise.rate={noise}", f"loss.smooth_rate={rate}", f"seed={seed}"] for noise, rate, seed in values)
    train_pack(folder, [make_cell(*SMALL, *own) for own in words])
    return Asked(load_table(folder), [folder])


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory, make_cell: MakeCell) -> Asked:
    """One cell on images, two that hold out different folds."""
    folder = tmp_path_factory.mktemp("images")
    folds = [["dataset.val_fraction=0.5", f"dataset.fold={fold}"] for fold in (0, 1)]
    train_pack(folder, [make_cell("schedule=quick", *own) for own in ([], *folds)])
    return Asked(load_table(folder), [folder])


def panels_of(axes: list[Axes]) -> dict[str, Axes]:
    """Give axes by their titles, those of the last row where there are several."""
    return {panel.get_title(): panel for panel in axes if panel.get_title()}


@pytest.mark.parametrize("sweep", ["swept", "images"])
def test_the_test_set_is_judged_as_it_was_in_training(sweep: str, request: pytest.FixtureRequest) -> None:
    asked: Asked = request.getfixturevalue(sweep)
    for row in asked.table.to_dict("records"):
        outputs = read_network(asked.folders[0], row["signature"]).predict_test()
        assert outputs.right.mean() == row["last.test_accuracy"]
        metrics = calibration.tally([outputs]).metrics("test")
        assert float(metrics["test_ece"]) == pytest.approx(row["last.test_ece"], abs=1e-5)
        assert outputs.confidence[outputs.right].mean() == pytest.approx(row["last.test_confidence_right"], abs=1e-5)


def test_damaged_networks_are_named(swept: Asked, tmp_path: Path) -> None:
    folder, signature = tmp_path / "copy", swept.table["signature"].iat[0]
    shutil.copytree(swept.folders[0], folder)
    cell = cell_folder(folder, signature)
    (cell / "checkpoint.pt").write_bytes(b"cut off")
    with pytest.raises(UserError, match=f"^{cell}/checkpoint.pt: is gone, cut off or changed; "):
        read_network(folder, signature)
    (cell / "record.json").unlink()
    with pytest.raises(UserError, match=f"^{cell}/record.json: is gone, cut off or changed; "):
        read_network(folder, signature)


def test_the_rates_that_tell_the_most_are_chosen_for_each_noise_rate(swept: Asked) -> None:
    ((_, cells),) = finished_groups(swept)
    clean, noisy = (row for _, row in telling_panels(cells).rows)
    assert [panel and panel.title for panel in clean] == ["$r$ = 0.8", "$r$ = 0", None, "$r$ = \N{MINUS SIGN}2"]
    # Theory wants -2/3 of two classes at a noise rate of 0.2.
    nearest = "$r$ = \N{MINUS SIGN}0.5, nearest to $r_{opt}$"
    assert [panel and panel.title for panel in noisy] == ["$r$ = 0.8", "$r$ = 0", nearest, "$r$ = \N{MINUS SIGN}2"]
    assert all(panel is None or len(panel.cells) == len(SEEDS) for panel in (*clean, *noisy))
    assert telling_panels(cells).left_out == 1


def test_the_reader_is_told_of_the_choice_and_of_noisy_test_labels(swept: Asked) -> None:
    ((_, cells),) = finished_groups(swept)
    asked, theory, others = telling_panels(cells).notes()
    assert asked == "14 networks asked, after the last epoch"
    assert theory.startswith("$r_{opt}$ = ") and others == "1 more not shown"
    unknown = cells.iloc[:1].assign(**{"dataset.labels_are_true": False})
    assert even_panels(unknown, 3).notes() == [
        "1 network asked, after the last epoch",
        "right is what the given, noisy test labels say",
    ]


def test_even_panels_have_zero_and_both_ends(swept: Asked) -> None:
    ((_, cells),) = finished_groups(swept)
    rates = [0.8, 0.7, 0.0, -1.0, -2.0, -3.0, -4.0, -5.0, -6.0]
    table = pd.concat([cells.iloc[:1].assign(_label=f"{rate:g}") for rate in rates])
    table["_label"] = pd.Categorical(table["_label"], [f"{rate:g}" for rate in rates], ordered=True)
    ((_, row),) = even_panels(table, 3).rows
    assert [panel and panel.cells["_label"].iat[0] for panel in row] == ["0.8", "0", "-6"]
    assert [len(panels) for _, panels in even_panels(table, 20).rows] == [9]


def test_confidence_counts_each_prediction_once(swept: Asked) -> None:
    ((_, figure),) = confidence.figures(swept)
    cells = swept.table[(swept.table["noise.rate"] == 0.2) & (swept.table["loss.smooth_rate"] == -2)]
    panel = panels_of(figure.axes)["$r$ = \N{MINUS SIGN}2"]
    right = round(cells["last.test_accuracy"].mean() * 400)
    assert [text.get_text().partition(" (")[0] for text in panel.texts] == [f"{right} right", f"{400 - right} wrong"]
    heights = np.array([bar.get_height() for bar in panel.patches])
    assert (heights[heights > 0].sum(), heights[heights < 0].sum()) == pytest.approx((100, -100))


def test_calibration_shows_the_recorded_error(swept: Asked) -> None:
    ((_, figure),) = calibration.figures(swept)
    for rate, title in ((0.8, "$r$ = 0.8"), (-0.5, "$r$ = \N{MINUS SIGN}0.5, nearest to $r_{opt}$")):
        cells = swept.table[(swept.table["noise.rate"] == 0.2) & (swept.table["loss.smooth_rate"] == rate)]
        text = panels_of(figure.axes)[title].texts[0].get_text()
        assert float(text.removeprefix("ECE ")) == pytest.approx(cells["last.test_ece"].mean(), abs=6e-4)


def test_bias_and_variance_are_the_parts_of_the_squared_error() -> None:
    rng = np.random.default_rng(0)
    labels, probabilities = rng.integers(3, size=50), rng.dirichlet(np.ones(3), size=(4, 50))
    parts = decompose(LabelledOutputs(p, labels) for p in probabilities)
    errors = (np.eye(3)[labels] - probabilities) ** 2
    assert parts.error == pytest.approx(errors.sum(-1).mean())
    assert parts.variance == pytest.approx(probabilities.var(0, ddof=1).sum(-1).mean())
    same = decompose([LabelledOutputs(probabilities[0], labels)] * 3)
    assert (same.variance, same.bias_squared) == pytest.approx((0, errors[0].sum(-1).mean()))


def test_variance_takes_two_seeds(swept: Asked) -> None:
    ((_, figure),) = bias_variance.figures(swept)
    assert [axes.get_title() for axes in figure.axes] == [r"$\varepsilon$ = 0", r"$\varepsilon$ = 0.2"]
    assert [label.get_text() for label in figure.axes[0].get_xticklabels()] == [
        "0.8",
        "0.4",
        "0",
        "\N{MINUS SIGN}0.5",
        "\N{MINUS SIGN}2",
    ]
    named = swept.table.assign(
        **{"loss.name": swept.table["loss.name"].where(swept.table["loss.smooth_rate"] != 0, "7")}
    )
    losses = named.assign(**{"loss.smooth_rate": named["loss.smooth_rate"].where(named["loss.name"] != "7")})
    ((_, figure),) = bias_variance.figures(Asked(losses[losses["noise.rate"] == 0], swept.folders))
    labels = [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert "7" in labels and len(labels) == 5
    joined = [line for line in figure.axes[0].lines if line.get_linestyle() != "None"]
    assert joined and not any(len(np.asarray(line.get_xdata())) for line in joined)  # a loss called 7 is no rate
    one = swept.table[swept.table["seed"] == 0]
    assert list(bias_variance.figures(Asked(one, swept.folders))) == []


def test_boundaries_show_every_rate_and_mark_the_flipped_labels(swept: Asked) -> None:
    ((_, figure),) = decision_boundaries.figures(swept)
    assert len(figure.axes) == len(NOISES) * len(RATES)
    row = swept.table[swept.table["noise.rate"] == 0.2].iloc[0]
    network = read_network(swept.folders[0], row["signature"])
    kept, given = network.source.kept, network.given_labels
    flipped = int((given[kept] != network.source.dataset.labels[kept]).sum())
    for axes, wrong in ((figure.axes[0], 0), (figure.axes[-1], flipped)):
        points = [len(np.asarray(marks.get_offsets())) for marks in axes.collections[-2:]]
        assert points == [len(kept) - wrong, wrong] and sum(points) == 75


def test_areas_have_the_colour_of_the_likeliest_class_the_paler_the_less_sure() -> None:
    shades = decision_boundaries.shade(np.array([[0.5, 0.5], [0.9, 0.1], [0.1, 0.9], [1.0, 0.0]]))
    np.testing.assert_allclose(shades[0], 1, atol=0.07)
    assert np.all(shades[3] <= shades[1]) and np.all(shades[1] <= shades[0])
    assert shades[1].argmin() == 2 and shades[2].argmin() == 0  # an orange has little blue, a blue little red


def test_nothing_is_drawn_of_what_is_not_there(swept: Asked, images: Asked) -> None:
    kinds = (confidence, calibration, bias_variance, decision_boundaries)
    assert [list(kind.figures(Asked(swept.table))) for kind in kinds] == [[]] * 4
    diverged = swept.table.assign(status="diverged")
    assert [list(kind.figures(Asked(diverged, swept.folders))) for kind in kinds] == [[]] * 4
    assert list(decision_boundaries.figures(images)) == []


def test_the_command_draws_them(swept: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["--kind", "decision_boundaries", "confidence", "--format", "svg", "--out", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", ["gls-results", "plot", str(swept.folders[0]), *words])
    with pytest.raises(SystemExit) as left:
        main()
    assert not left.value.code
    assert sorted(path.name for path in tmp_path.iterdir()) == ["confidence.svg", "decision_boundaries.svg"]
    assert "given label is wrong" in (tmp_path / "decision_boundaries.svg").read_text()
