"""Oracle gap and regret against numbers worked out by hand."""

from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd
import pytest

from gls_sweep.results import mean_regret, oracle_gap, regret, render_choices
from tests.results.conftest import auto, diverged, finished, grid, with_loss
from tests.results.test_results_present import printed

Record = dict[str, Any]
TableOf = Callable[[Iterable[Record]], pd.DataFrame]


def reached(record: Record, best: float, val: float = 0.5, last: float = 0.5, held_out: float = 0.5) -> Record:
    """Give a cell these test accuracies, and at its `val` epoch this one on the held-out labels."""
    for policy, share in {"best": best, "val": val, "last": last}.items():
        record["policies"][policy]["test_accuracy"] = share
    record["policies"]["val"]["val_accuracy"] = held_out
    return record


def two_seeds() -> list[Record]:
    """Two rates and two seeds; the rate -1 is the oracle's, seed 1 would choose 0 by its held-out labels."""
    return [
        reached(finished(0.0, seed=0), best=0.80, val=0.78, last=0.60, held_out=0.5),
        reached(finished(0.0, seed=1), best=0.82, val=0.81, last=0.60, held_out=0.7),
        reached(finished(-1.0, seed=0), best=0.86, val=0.85, last=0.70, held_out=0.6),
        reached(finished(-1.0, seed=1), best=0.90, val=0.87, last=0.76, held_out=0.6),
    ]


def two_autos() -> list[Record]:
    """The cells of the same seeds with an estimated rate."""
    return [
        reached(auto(-0.6, seed=0), best=0.85, val=0.83, last=0.7),
        reached(auto(-0.8, seed=1), best=0.91, val=0.86, last=0.8),
    ]


def three_seeds(noise_rate: float = 0.2) -> list[Record]:
    """By all seeds the best rate is 0; without seed 2 it is -1."""
    at = {0.0: (0.80, 0.80, 0.90), -1.0: (0.82, 0.82, 0.70)}
    swept = [
        reached(finished(rate, noise_rate, s), best) for rate, all_best in at.items() for s, best in enumerate(all_best)
    ]
    return [*swept, *(reached(auto(-0.5, noise_rate, seed), best=0.80) for seed in range(3))]


def test_oracle_gap_by_hand(table_of: TableOf) -> None:
    gaps = oracle_gap(table_of([*two_seeds(), *two_autos()])).set_index(["rate", "epoch"])
    expected = {  # mean of two differences, half of what they differ by, accuracy
        ("oracle", "best"): (0.0, 0.0, 0.88),
        ("val", "val"): ((0.01 + 0.09) / 2, 0.04, 0.83),
        ("oracle", "val"): ((0.01 + 0.03) / 2, 0.01, 0.86),
        ("0", "val"): ((0.08 + 0.09) / 2, 0.005, 0.795),
        ("oracle", "last"): ((0.16 + 0.14) / 2, 0.01, 0.73),
        ("auto", "val"): ((0.03 + 0.04) / 2, 0.005, 0.845),
        ("auto", "last"): ((0.16 + 0.10) / 2, 0.03, 0.75),
    }
    assert list(gaps.index) == list(expected)
    for key, numbers in expected.items():
        assert gaps.loc[key, ["gap", "standard_error", "accuracy"]].to_list() == pytest.approx(numbers)
    assert set(gaps["oracle_rate"]) == {-1.0} and set(gaps["n"]) == {2} and set(gaps["lost"]) == {0}
    assert set(gaps["dataset.name"]) == {"digits"} and set(gaps["noise.rate"]) == {0.2}


def test_a_rate_at_which_seeds_diverged_is_not_the_oracle_s(table_of: TableOf) -> None:
    first, second, third, fourth = two_seeds()
    gaps = oracle_gap(table_of([first, second, third, diverged(fourth)])).set_index(["rate", "epoch"])
    assert set(gaps["oracle_rate"]) == {0.0}
    assert gaps.loc[("val", "val"), "accuracy"] == pytest.approx((0.85 + 0.81) / 2)  # seed 0 may still choose it


def test_of_equal_rates_the_nearest_to_zero_is_chosen(table_of: TableOf) -> None:
    records = [reached(finished(rate), best=0.8, val=val, held_out=0.6) for rate, val in ((-2.0, 0.7), (0.4, 0.75))]
    gaps = oracle_gap(table_of(records)).set_index(["rate", "epoch"])
    assert gaps.loc[("oracle", "best"), "oracle_rate"] == 0.4
    assert gaps.loc[("val", "val"), "accuracy"] == 0.75


def test_autos_that_are_lost_are_counted(table_of: TableOf) -> None:
    table = table_of([*two_seeds(), two_autos()[0], diverged(two_autos()[1])])
    gaps = oracle_gap(table).set_index(["rate", "epoch"])
    assert gaps.loc[("auto", "val"), ["n", "lost"]].to_list() == [1, 1]
    regrets = regret(table)
    assert set(regrets["n"]) == {1} and set(regrets["lost"]) == {1}
    assert "(1 lost)" in printed(render_choices(table), 80)


def test_regret_by_hand(table_of: TableOf) -> None:
    regrets = regret(table_of([*two_seeds(), *two_autos()])).set_index("policy")
    assert list(regrets.index) == ["best", "val", "last"]
    assert regrets.loc["best", ["regret", "standard_error"]].to_list() == pytest.approx([0.0, 0.01])
    assert regrets.loc["val", ["regret", "standard_error"]].to_list() == pytest.approx([0.015, 0.005])
    assert regrets.loc["last", ["best", "auto", "regret"]].to_list() == pytest.approx([0.73, 0.75, -0.02])
    assert set(regrets["best_rate"]) == {-1.0} and regrets["auto_rate"].tolist() == pytest.approx([-0.7] * 3)


def test_regret_at_the_rate_that_the_other_seeds_choose(table_of: TableOf) -> None:
    regrets = regret(table_of(three_seeds()), ["best"])
    assert regrets["best_rate"].item() == 0.0
    assert regrets["regret"].item() == pytest.approx((0 + 0 + 0.1) / 3)
    assert regrets["held_out_regret"].item() == pytest.approx((0 + 0 - 0.1) / 3)
    assert regrets["held_out_error"].item() == pytest.approx(0.1 / 3)


def test_one_seed_has_no_error_and_no_other_seeds(table_of: TableOf) -> None:
    records = [record for record in [*two_seeds(), *two_autos()] if record["config"]["seed"] == 0]
    regrets = regret(table_of(records))
    assert regrets[["standard_error", "held_out_regret", "held_out_error"]].isna().all(axis=None)
    assert regrets["regret"].tolist() == pytest.approx([0.01, 0.02, 0.0])


def test_seeds_are_paired(table_of: TableOf) -> None:
    """Where auto has fewer seeds the others do not count."""
    regrets = regret(table_of([*two_seeds(), two_autos()[1]])).set_index("policy")
    assert regrets.loc["val", ["best", "auto", "n"]].to_list() == pytest.approx([0.87, 0.86, 1])


def test_each_noise_model_and_whatever_else_varies_is_by_itself(table_of: TableOf) -> None:
    parts: list[Record] = [
        {},
        {"noise": {"name": "asymmetric"}},
        {"loss": {"wa": 1.0}},
        {"noise": {"name": "clean", "rate": None}},
    ]
    records = [record for part in parts for record in (*grid(1, **part), auto(**part))]
    table = table_of([*records, with_loss("ce"), with_loss("gce", q=0.5)])
    regrets = regret(table, ["val"])
    assert regrets[["noise.name", "loss.wa"]].value_counts().to_dict() == {
        ("symmetric", 0.0): 1,
        ("symmetric", 1.0): 1,
        ("asymmetric", 0.0): 1,
        ("clean", 0.0): 1,
    }
    oracles = oracle_gap(table).query("rate == 'oracle' and epoch == 'best'")
    assert len(oracles) == 3 * 4 + 1
    text = printed(render_choices(table), 80)
    assert all(f"loss.wa={wa}" in text for wa in (0, 1)) and "noise.name=asymmetric" in text


def test_another_name_for_the_same_loss_hides_no_regret(table_of: TableOf) -> None:
    """As `loss=gls_auto` has."""
    records = [*two_seeds(), *two_autos()]
    for record in records[4:]:
        record["config"]["loss"]["name"] = "gls_auto"
    table = table_of(records)
    assert regret(table)["regret"].tolist() == pytest.approx([0.0, 0.015, -0.02])
    assert "regret of auto" in printed(render_choices(table), 80)


def test_estimators_are_apart(table_of: TableOf) -> None:
    other = [reached(auto(-0.1, seed=seed, loss={"estimator": "hoc"}), best=0.8, val=0.8) for seed in (0, 1)]
    table = table_of([*two_seeds(), *two_autos(), *other])
    regrets = regret(table, ["val"])
    assert regrets["regret"].tolist() == pytest.approx([0.06, 0.015])
    assert regrets["estimator"].tolist()[0] == "hoc" and pd.isna(regrets["estimator"].tolist()[1])
    assert {"auto", "auto (hoc)"} < set(oracle_gap(table)["rate"])
    assert "val (hoc)" in printed(render_choices(table), 80)


def test_mean_regret_weighs_noises_equally(table_of: TableOf) -> None:
    regrets = regret(table_of([*three_seeds(0.2), *three_seeds(0.4)[:-1]]), ["best"])
    assert regrets["n"].tolist() == [3, 2]
    mean = mean_regret(regrets)
    assert mean["regret"].item() == pytest.approx((0.1 / 3 + 0) / 2)
    assert mean["standard_error"].item() == pytest.approx(0.1 / 3 / 2)
    assert mean["noises"].item() == 2


@pytest.mark.parametrize("width", [80, 120])
def test_the_printed_blocks_fit(table_of: TableOf, width: int) -> None:
    autos = [auto(0.0, noise, seed) for noise in (0.0, 0.2, 0.4, 0.6) for seed in range(3)]
    text = printed(render_choices(table_of([*grid(3), *autos])), width)
    assert max(map(len, text.splitlines())) <= width and "…" not in text
    assert "oracle gap" in text and "regret of auto" in text and "over 3 seeds" in text


def test_a_default_sweep_ends_in_one_small_block(table: pd.DataFrame) -> None:
    text = printed(render_choices(table), 80)
    assert "oracle gap" in text and "auto" not in text
    assert len(text.splitlines()) <= 12


def test_nothing_is_shown_where_there_is_nothing_to_choose(table_of: TableOf) -> None:
    assert printed(render_choices(table_of([finished(), auto(), with_loss("ce")])), 80).strip() == ""


def test_without_held_out_labels_there_is_no_oracle_gap_to_show(table_of: TableOf) -> None:
    records = [make(rate, dataset={"val_fraction": 0.0}) for rate in (0.0, -0.8) for make in (finished,)]
    table = table_of(records)
    assert set(oracle_gap(table)["epoch"]) == {"best", "last"}
    assert printed(render_choices(table), 80).strip() == ""


def test_a_sweep_in_which_everything_diverged(table_of: TableOf) -> None:
    table = table_of([diverged(record) for record in (finished(0.0), finished(-1.0), auto())])
    assert oracle_gap(table).empty and regret(table).empty
    assert printed(render_choices(table), 80).strip() == ""
