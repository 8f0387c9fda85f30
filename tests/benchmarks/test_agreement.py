"""Contenders are compared by accuracies of the same cells, and marked where chance does not explain a difference."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks import contenders
from benchmarks.agreement import compare
from benchmarks.work import Work, export

WORK = Work(
    "small",
    ("dataset=breast_cancer",),
    noise_rates=(0.0, 0.1),
    smooth_rates=(0.2, 0.0),
    seeds=(0, 1),
    warmup_epochs=3,
    main_epochs=1,
)


def test_peers_train_cells_of_ours_and_agree(tmp_path: Path):
    file = tmp_path / "arrays.npz"
    test_size = len(export(WORK, file).test_labels)
    own = contenders.ours(WORK, tmp_path).run(WORK.cells).accuracies
    assert own.keys() == {(noise, rate, seed) for noise in (0.0, 0.1) for rate in (0.0, 0.2) for seed in (0, 1)}
    every = contenders.vmapped(WORK, file).run(WORK.cells).accuracies
    assert every.keys() == own.keys()
    few = contenders.hydra_app(WORK, file).run(2).accuracies
    assert few.keys() == {(0.1, 0.0, 0), (0.1, 0.2, 0)}
    for theirs in (every, few):
        assert "differ" not in str(compare(theirs, own, test_size))


def draw(rng: np.random.Generator, right: float, seeds: int, test_size: int) -> dict[tuple[float, float, int], float]:
    return {(0.2, 0.0, seed): float(rng.binomial(test_size, right)) / test_size for seed in range(seeds)}


@pytest.mark.parametrize("seeds", [1, 20])
def test_chance_is_not_marked_but_twice_the_tolerance_is(seeds: int):
    rng = np.random.default_rng(0)
    marked = []
    for _ in range(400):
        own = draw(rng, 0.7, seeds, 360)
        equal = compare(draw(rng, 0.7, seeds, 360), own, 360)
        worse = compare(draw(rng, 0.7 - 2 * equal.tolerance, seeds, 360), own, 360)
        marked.append(["differ" in str(found) for found in (equal, worse)])
    equal_share, worse_share = np.mean(marked, axis=0)
    assert equal_share < 0.02
    assert worse_share > 0.98


def test_cells_of_one_warm_up_count_as_one():
    one = {(0.2, 0.0, 0): 0.8}
    siblings = one | {(0.2, -1.0, 0): 0.8}
    seeds = one | {(0.2, 0.0, 1): 0.8}
    assert compare(siblings, siblings, 100).tolerance == compare(one, one, 100).tolerance
    assert compare(seeds, seeds, 100).tolerance < compare(one, one, 100).tolerance


def test_only_common_cells_are_compared():
    own = {(0.0, 0.0, 0): 0.9, (0.2, 0.0, 0): 0.5}
    found = compare({(0.2, 0.0, 0): 0.5}, own, 100)
    assert (found.theirs, found.own) == (0.5, 0.5)
    with pytest.raises(ValueError, match="no cell"):
        compare({(0.4, 0.0, 0): 0.5}, own, 100)
