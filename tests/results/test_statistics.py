"""Intervals and tests are what their definitions say; sentences say what the numbers do."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from gls_sweep.errors import UserError
from gls_sweep.results.metrics import in_words
from gls_sweep.results.statistics import caveats, holm, intervals, paired_tests, paper_test, sentences
from gls_sweep.results.statistics.intervals import mean_interval
from gls_sweep.results.statistics.paired import paired_p
from tests.results.conftest import auto, diverged, finished, with_loss

Record = dict[str, Any]
TableOf = Callable[[Iterable[Record]], pd.DataFrame]
VALUES = st.lists(st.integers(0, 400).map(lambda right: right / 400), min_size=3, max_size=8)
P_VALUES = st.lists(st.floats(0, 1) | st.just(float("nan")), max_size=14)


def at(record: Record, accuracy: float) -> Record:
    """Give a cell a test accuracy of our choice under all policies."""
    policies = {name: entry | {"test_accuracy": accuracy} for name, entry in record["policies"].items()}
    return {**record, "policies": policies}


def seeds_at(smooth_rate: float, accuracies: list[float], noise_rate: float = 0.4, **config: Record) -> list[Record]:
    """Make a cell a seed."""
    return [at(finished(smooth_rate, noise_rate, seed, **config), value) for seed, value in enumerate(accuracies)]


HAND = {0.0: [0.70, 0.72, 0.68, 0.71, 0.70], -1.0: [0.80, 0.84, 0.79, 0.83, 0.81], 0.4: [0.69, 0.73, 0.69, 0.70, 0.70]}


@pytest.fixture
def hand(table_of: TableOf) -> pd.DataFrame:
    """Five seeds of three rates, with the accuracies of HAND."""
    return table_of(record for rate, values in HAND.items() for record in seeds_at(rate, values))


@given(P_VALUES)
def test_holm_is_its_definition(p_values: list[float]) -> None:
    adjusted = holm(np.array(p_values, dtype=np.float64))
    tested = sorted((p, i) for i, p in enumerate(p_values) if not np.isnan(p))
    for rank, (_, i) in enumerate(tested):
        steps = [min(1.0, (len(tested) - j) * tested[j][0]) for j in range(rank + 1)]
        assert adjusted[i] == pytest.approx(max(steps))
    assert np.isnan(adjusted).tolist() == [bool(np.isnan(p)) for p in p_values]


def test_holm_on_a_published_example() -> None:
    # R: p.adjust(c(.01, .04, .03, .005), "holm")
    np.testing.assert_allclose(holm(np.array([0.01, 0.04, 0.03, 0.005])), [0.03, 0.06, 0.06, 0.02])


@settings(deadline=None, max_examples=25)
@given(VALUES, st.randoms(use_true_random=False))
def test_intervals_hold_the_mean_and_do_not_see_the_order_of_seeds(values: list[float], random: Any) -> None:
    low, high = mean_interval(np.array(values))
    assert low <= np.mean(values) + 1e-12 and high >= np.mean(values) - 1e-12
    assert min(values) - 1e-12 <= low <= high <= max(values) + 1e-12
    random.shuffle(values)
    assert mean_interval(np.array(values)) == (low, high)


@pytest.mark.parametrize("values", [[], [0.5], [0.5, 0.6]])
def test_fewer_than_three_have_no_interval(values: list[float]) -> None:
    assert np.isnan(mean_interval(np.array(values))).all()


def test_a_wider_confidence_is_a_wider_interval() -> None:
    values = np.array(HAND[-1.0])
    narrow, wide = (mean_interval(values, confidence) for confidence in (0.5, 0.99))
    assert wide[0] < narrow[0] < values.mean() < narrow[1] < wide[1]


def test_intervals_describe_each_entry(hand: pd.DataFrame) -> None:
    found = intervals(hand, "val").set_index("row")
    assert list(found.index) == ["0.4", "0", "-1"]
    np.testing.assert_allclose(
        found.loc["-1", ["mean", "std"]].tolist(), [np.mean(HAND[-1.0]), np.std(HAND[-1.0], ddof=1)]
    )
    assert found["n"].tolist() == [5, 5, 5] and set(found["unit"]) == {"seed"}
    assert found.loc["-1", "low"] > found.loc["0", "high"]


def test_paired_tests_are_those_of_scipy(hand: pd.DataFrame) -> None:
    found = paired_tests(hand, "val").set_index("row")
    assert list(found.index) == ["0.4", "-1"] and set(found["reference"]) == {"0"}
    for row, rate in (("0.4", 0.4), ("-1", -1.0)):
        assert found.loc[row, "p"] == pytest.approx(stats.ttest_rel(HAND[rate], HAND[0.0]).pvalue)
        assert found.loc[row, "difference"] == pytest.approx(np.mean(HAND[rate]) - np.mean(HAND[0.0]))
    assert found.loc["-1", "p_holm"] == pytest.approx(2 * found.loc["-1", "p"])


def test_only_seeds_that_both_finished_are_compared(table_of: TableOf) -> None:
    lost = seeds_at(-1.0, HAND[-1.0])
    lost[1] = diverged(lost[1])
    found = paired_tests(table_of([*seeds_at(0.0, HAND[0.0]), *lost]), "val")
    kept = [0, 2, 3, 4]
    expected = stats.ttest_rel(np.array(HAND[-1.0])[kept], np.array(HAND[0.0])[kept]).pvalue
    assert (found["n"].item(), found["p"].item()) == (4, pytest.approx(expected))


@pytest.mark.parametrize(("differences", "p"), [([0.0, 0.0, 0.0], 1.0), ([0.25, 0.25, 0.25], 0.25)])
def test_equal_differences_are_not_taken_for_certainty(differences: list[float], p: float) -> None:
    assert paired_p(np.array(differences)) == p


def test_the_order_of_cells_changes_nothing(table: pd.DataFrame) -> None:
    shuffled = table.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(paired_tests(shuffled, "val"), paired_tests(table, "val"))
    assert sentences(shuffled) == sentences(table)


def test_the_papers_test_is_over_rates(table: pd.DataFrame) -> None:
    found = paper_test(table, "best").set_index("noise.rate")
    means = table[table["noise.rate"] == 0.4].groupby("loss.smooth_rate")["best.test_accuracy"].mean()
    high, low = means[[0.8, 0.6, 0.4, 0.2, 0.0]], means[[-0.4, -0.6, -1.0, -2.0, -4.0]]
    assert found.loc[0.4, "p"] == pytest.approx(stats.ttest_ind(low, high).pvalue)
    assert found.loc[0.4, "difference"] == pytest.approx(low.mean() - high.mean())
    assert (found["n_negative"] == 5).all() and (found["n_non_negative"] == 5).all()


def test_a_sentence_says_which_is_best_and_that_the_data_can_tell(hand: pd.DataFrame) -> None:
    (told,) = sentences(hand)
    low, high = (f"{100 * bound:.1f}" for bound in mean_interval(np.array(HAND[-1.0])))
    assert f"noise 0.4, val: r = \N{MINUS SIGN}1 is best (81.4 %, 95 % interval {low} to {high}, 5 seeds); " in told
    assert "it is better than r = 0 by 11.2 points (p < .001 after Holm's correction over 2 comparisons)" in told


def test_a_sentence_admits_what_the_data_cannot_tell(table_of: TableOf) -> None:
    zero, minus_one = [0.7, 0.8, 0.75], [0.75, 0.76, 0.77]
    (told,) = sentences(table_of([*seeds_at(0.0, zero), *seeds_at(-1.0, minus_one)]))
    p = f"{stats.ttest_rel(minus_one, zero).pvalue:.2f}".removeprefix("0")
    assert f"the data cannot tell it from r = 0 (difference 1.0 ± 2.6 points, p = {p})" in told


def test_one_seed_can_tell_nothing(table_of: TableOf) -> None:
    (told,) = sentences(table_of([*seeds_at(0.0, [0.7]), *seeds_at(-1.0, [0.8])]))
    assert "(80.0 %, 1 seed); one seed cannot tell it from r = 0 (difference 10.0 points)" in told


def test_zero_can_be_the_best(table_of: TableOf) -> None:
    (told,) = sentences(table_of([*seeds_at(0.0, HAND[-1.0]), *seeds_at(-1.0, HAND[0.0]), *seeds_at(0.4, HAND[-1.0])]))
    assert "r = 0 is best" in told and "the data can tell it from 1 of the 2 others" in told


def test_losses_are_compared_with_ce_and_auto_takes_part(table_of: TableOf) -> None:
    records = [
        at(make(), value + lift * (1 + (seed - 2) / 50))
        for seed, value in enumerate(HAND[0.0])
        for lift, make in (
            (0.0, lambda s=seed: with_loss("ce", 0.4, s)),
            (0.1, lambda s=seed: with_loss("gce", 0.4, s, q=0.7)),
            (0.05, lambda s=seed: auto(-0.5, 0.4, s)),
        )
    ]
    (told,) = sentences(table_of(records))
    assert "gce is best" in told and "better than ce by 10.0 points" in told


def test_a_loss_that_lost_seeds_is_compared_on_those_it_kept(table_of: TableOf) -> None:
    """Where the best has the better mean only by seeds that r = 0 lost, the sentence says that r = 0 is better."""
    zero = seeds_at(0.0, [0.650, 0.661, 0.652, 0.664, 0.1])
    best = seeds_at(-1.0, [0.600, 0.610, 0.603, 0.613, 0.99])
    zero[-1] = diverged(zero[-1])
    (told,) = sentences(table_of([*zero, *best]))
    assert "r = \N{MINUS SIGN}1 is best" in told and "it is better" not in told
    assert "but on the 4 seeds both have r = 0 is better by 5.0 points (p < .001)" in told


def test_what_is_better_than_zero_but_lost_a_seed_is_not_counted_as_worse(table_of: TableOf) -> None:
    lost = seeds_at(-1.0, HAND[-1.0])
    lost[0] = diverged(lost[0])
    (told,) = sentences(table_of([*seeds_at(0.0, HAND[0.0]), *lost, *seeds_at(0.4, [0.4, 0.43, 0.39, 0.4, 0.4])]))
    assert "r = 0 is best" in told and "the data can tell it from 1 of the 2 others" in told
    assert "r = \N{MINUS SIGN}1 is better on the 4 seeds both have" in told


def crossed(seeds: int, noise_seeds: int) -> list[Record]:
    """Make cells of which all with one seed and rate have nearly one accuracy, whatever their labels."""
    return [
        at(finished(rate, 0.4, seed, noise={"seed": noise_seed}), HAND[rate][seed] + noise_seed / 1000)
        for rate in HAND
        for seed in range(seeds)
        for noise_seed in range(noise_seeds)
    ]


@pytest.mark.parametrize(("seeds", "noise_seeds", "unit"), [(3, 5, "seed"), (4, 4, "seed"), (4, 3, "noise seed")])
def test_crossed_seeds_are_not_taken_for_independent(
    table_of: TableOf, seeds: int, noise_seeds: int, unit: str
) -> None:
    table = table_of(crossed(seeds, noise_seeds))
    found = intervals(table, "val")
    assert set(found["n"]) == {min(seeds, noise_seeds)} and set(found["unit"]) == {unit}
    assert f"{min(seeds, noise_seeds)} {unit}s)" in sentences(table)[0]
    assert any(f"are crossed, so cells are not independent: each {unit} counts once" in line for line in caveats(table))


def test_a_seed_that_lost_a_part_does_not_count(table_of: TableOf) -> None:
    records = crossed(3, 5)
    records[-1] = diverged(records[-1])  # of r = 0.4
    assert paired_tests(table_of(records), "val")["n"].tolist() == [2, 3]


def test_noise_seeds_that_go_with_the_seeds_are_the_same_sample(hand: pd.DataFrame) -> None:
    assert set(intervals(hand.assign(seed=0), "val")["n"]) == {5}


def test_a_tiny_rate_is_still_named_a_rate(hand: pd.DataFrame) -> None:
    tiny = hand.assign(**{"loss.smooth_rate": hand["loss.smooth_rate"].replace(-1, -1e-5)})
    assert "r = \N{MINUS SIGN}1e\N{MINUS SIGN}05 is best" in sentences(tiny)[0]


def test_the_narrowness_told_is_that_of_the_seeds_at_hand(table_of: TableOf) -> None:
    zero, minus_one = HAND[0.0][:3], HAND[-1.0][:3]
    few = "\n".join(caveats(table_of([*seeds_at(0.0, zero), *seeds_at(-1.0, minus_one)])))
    assert "3 hold the true mean in about 71 % of cases" in few and "84 %" not in few
    assert "one noise rate, not over several" in few and "crossed" not in few


def test_folds_of_one_seed_are_the_sample_and_said_to_be(table_of: TableOf) -> None:
    records = [
        at(finished(rate, 0.4, dataset={"fold": fold}), 0.7 + fold / 50 - rate / 10)
        for rate in (0.0, -1.0)
        for fold in range(4)
    ]
    table = table_of(records)
    assert "4 folds" in sentences(table)[0]
    assert any("the folds of one seed" in line for line in caveats(table))


def test_ce_that_beats_everything_is_named(hand: pd.DataFrame) -> None:
    better = hand.assign(**{"whole_run.val.test_accuracy": 0.9})
    told = "CE alone at its val epoch of the whole run reached 90.0 %, 95 % interval 90.0 to 90.0, 5 seeds"
    assert stats.ttest_1samp(0.9 - np.array(HAND[-1.0]), 0).pvalue < 0.001
    assert f"; but {told}: better by 8.6 points (p < .001)" in sentences(better)[0]
    four = better.assign(
        status=better["status"].where((better["loss.smooth_rate"] != 0) | (better["seed"] > 0), "failed")
    )
    assert "4 seeds: better on the 4 seeds both have by 8.3 points" in sentences(four)[0]


def test_ce_that_is_ahead_by_chance_is_said_to_be_so(hand: pd.DataFrame) -> None:
    leads = np.array([0.02, -0.01, 0.01, -0.01, 0.0])
    near = hand.assign(**{"whole_run.val.test_accuracy": (np.array(HAND[-1.0]) + leads)[hand["seed"]]})
    p = f"{stats.ttest_1samp(leads, 0).pvalue:.2f}".removeprefix("0")
    assert f"the data cannot tell it from that (difference 0.2 ± 0.6 points, p = {p})" in sentences(near)[0]


def test_less_is_better_of_a_loss(hand: pd.DataFrame) -> None:
    lower = hand.assign(**{"val.test_nll": hand["loss.smooth_rate"] + 2})
    assert "r = \N{MINUS SIGN}1 is best (1.000" in sentences(lower, metric="test_nll")[0]
    assert in_words("train_loss") == "train loss"  # of GCE, say, it is in no nats
    with pytest.raises(UserError, match="nothing is best"):
        sentences(hand, metric="test_confidence_right")


def test_each_group_has_the_policy_that_it_has(table_of: TableOf) -> None:
    records = [
        finished(rate, 0.4, model={"name": name}, dataset={"val_fraction": held_out})
        for name, held_out in (("mlp", 0.25), ("cnn_small", 0.0))
        for rate in (0.0, -1.0)
    ]
    table = table_of(records)
    assert [line.split(": ")[0].split(", ")[-1] for line in sentences(table)] == ["best", "val"]
    assert len(sentences(table, "val")) == 1
    assert "val: epoch best on held-out" in caveats(table)[0] and "best: epoch best on the test" in caveats(table)[0]


def test_where_everything_diverged_nothing_is_best(table_of: TableOf) -> None:
    told = sentences(table_of([diverged(finished(rate, 0.4)) for rate in (0.0, -1.0)]))
    assert told == ["noise 0.4, val: nothing finished"]


def test_noisy_test_labels_are_named_as_such(table_of: TableOf) -> None:
    table = table_of([*seeds_at(0.0, [0.7, 0.8], dataset={"labels_are_true": False})])
    assert caveats(table, "best")[0].startswith(
        "test accuracy on the given (noisy) labels in %; best: epoch best on the given"
    )
