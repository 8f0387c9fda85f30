"""Errors of estimates against the labels that they were made from."""

import io

import pandas as pd
import pytest
from rich.console import Console

from gls_sweep.results import estimate_errors, render_estimate_errors, tell_rates
from gls_sweep.results.rows import transition_error

REALISED = [[0.8, 0.2], [0.4, 0.6]]


def table(**columns: object) -> pd.DataFrame:
    base = {
        "dataset.name": "two",
        "noise.name": "matrix",
        "noise.rate": [0.2, 0.2, 0.4, 0.4],
        "noise.realised_rate": [0.25, 0.15, 0.4, 0.4],
        "seed": [0, 1, 0, 0],
        "estimate.estimator": ["hoc", "hoc", "hoc", "anchor"],
        "estimate.noise_rate": [0.3, 0.3, 0.1, 0.5],
        "estimate.transition_error": [0.1, 0.3, 0.5, 0.25],
    }
    return pd.DataFrame(base | columns)


def test_the_error_of_a_matrix_is_what_is_in_the_wrong_place():
    assert transition_error(REALISED, REALISED) == 0
    assert transition_error([[1.0, 0.0], [0.0, 1.0]], REALISED) == pytest.approx((0.2 + 0.4) / 2)
    assert transition_error([[1.0, 0.0], [0.0, 1.0]], [[0.8, 0.2], [None, None]]) == pytest.approx(0.2)
    assert transition_error([[1.0, 0.0], [0.0, 1.0]], [[None, None], [None, None]]) is None
    assert transition_error(None, REALISED) is None and transition_error(REALISED, None) is None


def test_seeds_are_averaged_and_nothing_else():
    errors = estimate_errors(table()).set_index(["estimate.estimator", "noise.rate"])
    assert errors.loc[("hoc", 0.2), "transition_error"] == pytest.approx(0.2)
    assert errors.loc[("hoc", 0.2), "noise_rate_error"] == pytest.approx(0.1)  # signed: +.05 and +.15
    assert errors.loc[("hoc", 0.4), "noise_rate_error"] == pytest.approx(-0.3)
    assert errors.loc[("anchor", 0.4), "noise_rate_error"] == pytest.approx(0.1)
    assert errors["n"].to_dict() == {("hoc", 0.2): 2, ("hoc", 0.4): 1, ("anchor", 0.4): 1}
    by_model = estimate_errors(table(**{"model.name": ["mlp", "cnn", "mlp", "mlp"]}))
    assert (by_model["n"] == 1).all()


def test_the_printed_block_has_a_line_for_each_noise():
    console = Console(width=100, record=True, file=io.StringIO())
    console.print(render_estimate_errors(table()))
    text = console.export_text()
    assert "matrix 0.2" in text and "matrix 0.4" in text
    assert "20.0" in text and "+10.0" in text and "-30.0" in text
    assert "anchor" in text and "hoc" in text


def test_there_is_none_where_nobody_knows_the_truth():
    unknown = table(**{"estimate.transition_error": [None] * 4})
    assert estimate_errors(unknown).empty
    assert estimate_errors(table().drop(columns="estimate.transition_error")).empty


def test_an_estimated_rate_is_told_also_where_nobody_knows_the_truth():
    own = table(**{"estimate.transition_error": [None] * 4, "estimate.smooth_rate": [-0.5, -0.7, -2.0, -1.0]})
    assert tell_rates(own)[1] == "estimated by hoc for matrix 0.2: noise rate 0.300, smooth rate -0.60"
    assert len(tell_rates(own)) == 3
    assert tell_rates(table()) == []


def test_labels_that_look_noisy_though_they_count_as_true_get_a_hint():
    rates = {"noise.name": "clean", "noise.rate": None, "estimate.estimator": "hoc", "estimate.smooth_rate": -0.5}
    own = table(**rates, **{"estimate.noise_rate": 0.2})
    told = "estimated by hoc for labels as they are: noise rate 0.200, smooth rate -0.50"
    assert tell_rates(own) == [told, "if these labels may be wrong, say so: dataset.labels_are_true=false"]
    assert tell_rates(own.assign(**{"dataset.labels_are_true": False})) == [told]
    assert tell_rates(own.assign(**{"estimate.noise_rate": 0.01}))[1:] == []
