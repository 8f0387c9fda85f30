"""Pivots count and average what they say, over seeds and nothing else."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gls_sweep.errors import UserError
from gls_sweep.results.groups import split_groups, varying_keys
from gls_sweep.results.pivot import best_two, ce_reference, pivot

Record = dict[str, Any]
MakeRecord = Callable[..., Record]
TableOf = Callable[[Iterable[Record]], pd.DataFrame]


@pytest.mark.parametrize("policy", ["last", "best", "val", "last5", "whole_run.val"])
def test_values_against_numpy(table: pd.DataFrame, policy: str) -> None:
    grids = pivot(table, policy)
    for rate in (0.8, 0.0, -6.0):
        for noise in (0.2, 0.6):
            cells, row = table[(table["loss.smooth_rate"] == rate) & (table["noise.rate"] == noise)], f"{rate:g}"
            values = cells.loc[cells["status"] == "finished", f"{policy}.test_accuracy"].to_numpy()
            assert grids.mean.loc[row, noise] == pytest.approx(np.mean(values), abs=1e-15)
            assert grids.n.loc[row, noise] == len(values)
            if len(values) > 1:
                assert grids.std.loc[row, noise] == pytest.approx(np.std(values, ddof=1), abs=1e-15)
            else:
                assert np.isnan(grids.std.loc[row, noise])


def test_axes_are_sorted_as_the_paper_prints_them(table: pd.DataFrame) -> None:
    grids = pivot(table, "val")
    assert list(grids.rates) == sorted(table["loss.smooth_rate"].unique(), reverse=True)
    assert list(grids.mean.index) == [f"{rate:g}" for rate in grids.rates]
    assert list(grids.mean.columns) == [0.0, 0.2, 0.4, 0.6]


def test_diverged_cells_are_counted_and_not_averaged(table: pd.DataFrame) -> None:
    grids = pivot(table, "best")
    assert (grids.diverged.loc["-8", 0.0], grids.n.loc["-8", 0.0]) == (3, 0)
    assert np.isnan(grids.mean.loc["-8", 0.0])
    assert (grids.diverged.loc["-6", 0.2], grids.n.loc["-6", 0.2]) == (2, 1)
    assert grids.diverged.to_numpy().sum() == (table["status"] == "diverged").sum()


def test_finite_epochs_of_a_diverged_cell_do_not_count(make_record: MakeRecord, table_of: TableOf) -> None:
    diverged = {**make_record(seed=1), "status": "diverged", "diverged_at": {"phase": "main", "epoch": 9}}
    finished = make_record(seed=0)
    grids = pivot(table_of([finished, diverged]), "best")
    assert grids.mean.to_numpy().item() == finished["policies"]["best"]["test_accuracy"]


def test_failed_cells_are_counted_apart(make_record: MakeRecord, table_of: TableOf) -> None:
    failed = {
        **make_record(seed=1),
        "status": "failed",
        "error": "boom",
        "policies": {},
        "whole_run": {},
        "noise": None,
    }
    grids = pivot(table_of([make_record(seed=0), failed]), "best")
    assert (grids.n.to_numpy().item(), grids.failed.to_numpy().item(), grids.diverged.to_numpy().item()) == (1, 1, 0)
    assert grids.entry(0, 0)[1] == "(1 fail)"


def test_a_policy_that_was_not_recorded_is_an_error(make_record: MakeRecord, table_of: TableOf) -> None:
    table = table_of([make_record(dataset={"val_fraction": 0.0})])
    with pytest.raises(UserError, match=r"policy=val.*last, best, last5"):
        pivot(table, "val")


def test_cells_without_a_smooth_rate_get_a_row_of_their_own(make_record: MakeRecord, table_of: TableOf) -> None:
    ce = make_record(seed=1)
    ce["config"]["loss"] = {"name": "ce"}
    grids = pivot(table_of([make_record(seed=0), ce]), "val")
    assert list(grids.mean.index) == ["ce", "gls r=-0.8"]
    assert grids.n.to_numpy().tolist() == [[1], [1]]


@given(st.lists(st.floats(0, 1) | st.just(np.nan), min_size=1, max_size=14))
def test_best_two_are_at_least_as_good_as_the_rest(values: list[float]) -> None:
    mean = pd.DataFrame({0.2: values})
    marked = best_two(mean)[0.2].to_numpy()
    finite = np.sort([value for value in values if not np.isnan(value)])
    if len(finite) < 3:
        assert not marked.any()
    else:
        assert (marked == (np.array(values) >= finite[-2])).all()


def test_ce_reference_is_the_mean_over_smooth_rate_zero_of_the_whole_run(table: pd.DataFrame) -> None:
    reference = ce_reference(table)
    assert reference is not None
    cells = table[(table["loss.smooth_rate"] == 0) & (table["noise.rate"] == 0.4)]
    assert reference.mean[0.4].item() == pytest.approx(cells["whole_run.val.test_accuracy"].mean(), abs=1e-15)
    assert reference.n.to_numpy().tolist() == [[3, 3, 3, 3]]


@pytest.mark.parametrize(
    ("loss", "found"),
    [
        ({"name": "ce"}, True),
        ({"name": "gls", "smooth_rate": 0.0, "wa": 0.0, "wb": 1.0}, True),
        ({"name": "gls", "smooth_rate": 0.0, "wa": 1.0, "wb": 1.0}, False),
        ({"name": "gls", "smooth_rate": 0.2, "wa": 0.0, "wb": 1.0}, False),
    ],
)
def test_which_cells_are_plain_ce(make_record: MakeRecord, table_of: TableOf, loss: Record, found: bool) -> None:
    record = make_record()
    record["config"]["loss"] = loss
    assert (ce_reference(table_of([record])) is not None) is found


def test_a_plain_sweep_is_one_group(table: pd.DataFrame) -> None:
    assert varying_keys(table) == ["noise.rate", "noise.seed", "loss.smooth_rate", "seed"]
    assert [(title, len(group)) for title, group in split_groups(table)] == [("", len(table))]


def test_whatever_else_varies_splits(make_record: MakeRecord, table_of: TableOf) -> None:
    models = ({"name": "mlp", "hidden": [64]}, {"name": "cnn_small", "hidden": None})
    records = [
        make_record(rate, 0.2, seed, model=model, loss={"wb": wb})
        for rate in (0.0, -0.8)
        for seed in (0, 1)
        for model in models
        for wb in (1.0, 0.5)
    ]
    table = table_of(records)
    groups = dict(split_groups(table))
    assert set(groups) == {f"model.name={name}, loss.wb={wb}" for name in ("cnn_small", "mlp") for wb in ("1", "0.5")}
    for group in groups.values():
        assert set(varying_keys(group)) == {"loss.smooth_rate", "seed", "noise.seed"}
    assert sum(map(len, groups.values())) == len(table)


def test_a_key_nobody_thought_of_splits_too(make_record: MakeRecord, table_of: TableOf) -> None:
    records = [make_record(seed=0), make_record(seed=1)]
    for i, record in enumerate(records):
        record["config"]["novelty"] = {"depth": i}
    assert [title for title, _ in split_groups(table_of(records))] == ["novelty.depth=0", "novelty.depth=1"]


def test_title_leaves_out_keys_that_follow(make_grid: Callable[..., Iterator[Record]], table_of: TableOf) -> None:
    clean = make_grid(1, noise={"name": "clean", "generator": None}, dataset={"name": "wine", "limit": 5})
    titles = [title for title, _ in split_groups(table_of([*make_grid(1), *clean]))]
    assert titles == ["dataset.name=digits", "dataset.name=wine"]
