"""The noise models: what they may flip, how often, and what they refuse."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gls_sweep import noise
from gls_sweep.errors import UserError

MODELS = {
    "symmetric": noise.symmetric,
    "symmetric_inclusive": noise.symmetric_inclusive,
    "pairflip": noise.pairflip,
    "gls_pairs": noise.gls_pairs,
    "asymmetric": noise.asymmetric,
    "block_cyclic": noise.block_cyclic,
}
MATRICES = {
    "symmetric": noise.symmetric_matrix,
    "symmetric_inclusive": noise.symmetric_inclusive_matrix,
    "pairflip": noise.pairflip_matrix,
    "gls_pairs": noise.gls_pairs_matrix,
    "asymmetric": noise.asymmetric_matrix,
    "block_cyclic": noise.block_cyclic_matrix,
}
TEN_CLASSES_ONLY = ("gls_pairs", "asymmetric")
FIXED_CLASSES = {"gls_pairs": 10, "asymmetric": 10, "block_cyclic": 15}
REALISED_SHARE = {
    "symmetric": 1.0,
    "symmetric_inclusive": 0.9,
    "pairflip": 1.0,
    "gls_pairs": 1.0,
    "asymmetric": 0.5,
    "block_cyclic": 1.0,
}  # of the rate, on ten balanced classes
# The classes of each of CIFAR-100's superclasses, aquatic mammals to vehicles 2.
SUPERCLASSES = [
    [4, 30, 55, 72, 95],
    [1, 32, 67, 73, 91],
    [54, 62, 70, 82, 92],
    [9, 10, 16, 28, 61],
    [0, 51, 53, 57, 83],
    [22, 39, 40, 86, 87],
    [5, 20, 25, 84, 94],
    [6, 7, 14, 18, 24],
    [3, 42, 43, 88, 97],
    [12, 17, 37, 68, 76],
    [23, 33, 49, 60, 71],
    [15, 19, 21, 31, 38],
    [34, 63, 64, 66, 75],
    [26, 45, 77, 79, 99],
    [2, 11, 35, 46, 98],
    [27, 29, 44, 78, 93],
    [36, 50, 65, 74, 80],
    [47, 52, 56, 59, 96],
    [8, 13, 48, 58, 90],
    [41, 69, 81, 85, 89],
]
CIFAR100 = np.argsort(np.concatenate(SUPERCLASSES)) // 5
BALANCED = np.tile(np.arange(10), 1000)

names = st.sampled_from(sorted(MODELS))
generators = st.sampled_from(["numpy", "legacy"])
rates = st.floats(0, 1, exclude_max=True)
row_stochastic = st.integers(2, 6).flatmap(
    lambda k: st.lists(
        st.lists(st.floats(0, 1), min_size=k, max_size=k).filter(lambda row: sum(row) > 0.01), min_size=k, max_size=k
    )
)


@given(name=names, classes=st.integers(2, 30), rate=rates)
def test_matrices_are_row_stochastic(name: str, classes: int, rate: float) -> None:
    matrix = MATRICES[name](FIXED_CLASSES.get(name, classes), rate)
    assert (matrix >= 0).all()
    np.testing.assert_allclose(matrix.sum(axis=1), 1.0, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", MODELS)
def test_rate_zero_is_the_identity(name: str) -> None:
    np.testing.assert_array_equal(MATRICES[name](10, 0.0), np.eye(10))


def test_definitions_on_few_classes() -> None:
    np.testing.assert_allclose(noise.symmetric_matrix(3, 0.4), [[0.6, 0.2, 0.2], [0.2, 0.6, 0.2], [0.2, 0.2, 0.6]])
    np.testing.assert_allclose(
        noise.symmetric_inclusive_matrix(3, 0.3), [[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8]]
    )
    np.testing.assert_allclose(noise.pairflip_matrix(3, 0.4), [[0.6, 0.4, 0], [0, 0.6, 0.4], [0.4, 0, 0.6]])


@pytest.mark.parametrize(
    ("matrix", "flips"),
    [
        (noise.gls_pairs_matrix, {9: 1, 1: 9, 2: 0, 0: 2, 4: 7, 7: 4, 3: 5, 5: 3, 6: 8, 8: 6}),
        (noise.asymmetric_matrix, {9: 1, 2: 0, 4: 7, 3: 5, 5: 3}),
    ],
)
def test_definitions_on_ten_classes(matrix: Any, flips: dict[int, int]) -> None:
    for clean, row in enumerate(matrix(10, 0.3)):
        wanted = {flips[clean]: 0.3, clean: 0.7} if clean in flips else {clean: 1.0}
        assert {noisy: share for noisy, share in enumerate(row) if share} == pytest.approx(wanted)


@pytest.mark.parametrize("generator", ["numpy", "legacy"])
@pytest.mark.parametrize("rate", [0.1, 0.45, 0.9])
@pytest.mark.parametrize("name", MODELS)
def test_realised_rate_is_near_the_requested(name: str, rate: float, generator: str) -> None:
    noisy = MODELS[name](BALANCED, noise.label_sampler(generator, 0), num_classes=10, rate=rate)
    wanted = REALISED_SHARE[name] * rate
    assert noise.realised_rate(BALANCED, noisy.labels) == pytest.approx(wanted, abs=0.02)  # 4 standard errors
    np.testing.assert_allclose(noise.realised_transition(BALANCED, noisy.labels, 10), noisy.transition, atol=0.07)


@given(
    name=names,
    rate=rates,
    generator=generators,
    labels=st.lists(st.integers(0, 9), max_size=50).map(lambda values: np.array(values, dtype=np.int64)),
)
def test_draws_repeat_flip_only_where_allowed_and_leave_the_input(
    name: str, rate: float, generator: str, labels: np.ndarray
) -> None:
    before = labels.copy()
    noisy = MODELS[name](labels, noise.label_sampler(generator, 0), num_classes=10, rate=rate)
    again = MODELS[name](labels, noise.label_sampler(generator, 0), num_classes=10, rate=rate)
    np.testing.assert_array_equal(labels, before)
    np.testing.assert_array_equal(noisy.labels, again.labels)
    assert noisy.labels.dtype == np.int64
    assert noisy.labels.shape == labels.shape
    assert (noisy.transition[labels, noisy.labels] > 0).all()


@given(rows=row_stochastic, generator=generators, seed=st.integers(0, 2**32))
def test_matrix_flips_only_where_allowed(rows: list[list[float]], generator: str, seed: int) -> None:
    transition = [[value / sum(row) for value in row] for row in rows]
    labels = np.random.default_rng(seed).integers(len(rows), size=100)
    noisy = noise.matrix(labels, noise.label_sampler(generator, 0), num_classes=len(rows), matrix=transition)
    np.testing.assert_allclose(noisy.transition, transition, atol=1e-12)
    assert (noisy.transition[labels, noisy.labels] > 0).all()


def test_block_cyclic_leaves_the_superclass_where_superclass_cyclic_does_not() -> None:
    """CIFAR-100: its classes are in alphabetical order, so blocks of five are not its superclasses."""
    blocks = noise.block_cyclic_matrix(100, 0.4)
    flips = {int(clean): int(noisy) for clean, noisy in np.argwhere(np.isclose(blocks, 0.4))}
    assert [flips[clean] for clean in range(6)] == [1, 2, 3, 4, 0, 6]
    assert sum(CIFAR100[clean] != CIFAR100[noisy] for clean, noisy in flips.items()) == 94

    rings = noise.superclass_cyclic_matrix(100, 0.4, CIFAR100)
    np.testing.assert_allclose(np.diag(rings), 0.6)
    flips = {int(clean): int(noisy) for clean, noisy in np.argwhere(np.isclose(rings, 0.4))}
    assert sorted(flips) == sorted(flips.values()) == list(range(100))
    assert all(CIFAR100[clean] == CIFAR100[noisy] for clean, noisy in flips.items())
    # aquatic mammals: beaver, dolphin, otter, seal, whale
    assert [flips[clean] for clean in (4, 30, 55, 72, 95)] == [30, 55, 72, 95, 4]


def test_a_class_alone_in_its_superclass_stays_clean() -> None:
    wanted = [[0.7, 0, 0.3], [0, 1, 0], [0.3, 0, 0.7]]
    np.testing.assert_allclose(noise.superclass_cyclic_matrix(3, 0.3, (1, 0, 1)), wanted)
    noisy = noise.superclass_cyclic(
        BALANCED % 3, noise.label_sampler("numpy", 0), num_classes=3, superclasses=(1, 0, 1), rate=0.3
    )
    np.testing.assert_allclose(noise.realised_transition(BALANCED % 3, noisy.labels, 3), wanted, atol=0.03)


def test_cyclic_models_refuse_classes_that_do_not_fit() -> None:
    for classes in (2, 7):
        with pytest.raises(UserError, match=rf"noise=block_cyclic: needs blocks of 5 classes, .* {classes} classes"):
            noise.block_cyclic_matrix(classes, 0.1)
    with pytest.raises(UserError, match="noise=superclass_cyclic: the dataset has no superclasses"):
        noise.superclass_cyclic_matrix(10, 0.1, None)
    with pytest.raises(UserError, match=r"noise\.rate=1: must be in"):
        noise.superclass_cyclic_matrix(10, 1, [0] * 10)


def test_human_takes_labels_of_the_dataset() -> None:
    rng = noise.label_sampler("numpy", 0)
    given = {"aggre": BALANCED, "worse": (BALANCED + 1) % 10}
    drawn = noise.human(BALANCED, rng, num_classes=10, noisy_labels=given, labels="worse")
    np.testing.assert_array_equal(drawn.labels, given["worse"])
    np.testing.assert_array_equal(drawn.transition, noise.realised_transition(BALANCED, given["worse"], 10))
    only = noise.human(BALANCED, rng, num_classes=10, noisy_labels={"given": BALANCED})
    np.testing.assert_array_equal(only.labels, BALANCED)
    assert not np.shares_memory(only.labels, BALANCED)


@pytest.mark.parametrize(
    ("names", "asked", "message"),
    [
        ((), None, "noise=human: the dataset comes without noisy labels; use noise=file"),
        (("aggre", "worse"), None, r"noise\.labels=null: must be one of aggre, worse"),
        (("aggre", "worse"), "worst", r"noise\.labels=worst: must be one of aggre, worse"),
        (("given",), "other", r"noise\.labels=other: must be one of given"),
    ],
)
def test_human_labels_that_are_not_there(names: tuple[str, ...], asked: str | None, message: str) -> None:
    given = dict.fromkeys(names, BALANCED)
    with pytest.raises(UserError, match=message):
        noise.human(BALANCED, noise.label_sampler("numpy", 0), num_classes=10, noisy_labels=given, labels=asked)


def test_clean_changes_nothing() -> None:
    for generator in ("numpy", "legacy"):
        noisy = noise.clean(BALANCED, noise.label_sampler(generator, 0), num_classes=10)
        np.testing.assert_array_equal(noisy.labels, BALANCED)
        np.testing.assert_array_equal(noisy.transition, np.eye(10))


def test_matrix_from_files_is_the_matrix_inline(tmp_path: Path) -> None:
    inline = [[0.7, 0.3, 0.0], [0.0, 1.0, 0.0], [0.2, 0.2, 0.6]]
    np.save(tmp_path / "t.npy", inline)
    np.savetxt(tmp_path / "t.csv", inline, delimiter=",")
    for path in (tmp_path / "t.npy", str(tmp_path / "t.csv")):
        np.testing.assert_allclose(noise.custom_matrix(3, path), inline, rtol=0, atol=1e-15)


def test_rows_rounded_in_a_file_are_made_exact() -> None:
    """Thirds written with seven digits: within the tolerance, but too much for RandomState.multinomial."""
    rounded = [[0.3333334, 0.3333334, 0.3333334]] * 3
    noisy = noise.matrix(BALANCED % 3, noise.label_sampler("legacy", 0), num_classes=3, matrix=rounded)
    np.testing.assert_allclose(noisy.transition.sum(axis=1), 1.0, rtol=0, atol=1e-15)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("rate", [-0.1, 1.0, 1.5, float("nan"), float("inf")])
def test_rates_out_of_range(name: str, rate: float) -> None:
    with pytest.raises(UserError, match=rf"noise\.rate={rate}: must be in \[0, 1\)"):
        MODELS[name](BALANCED, noise.label_sampler("numpy", 0), num_classes=10, rate=rate)


@pytest.mark.parametrize("name", TEN_CLASSES_ONLY)
def test_models_of_ten_classes_refuse_others(name: str) -> None:
    with pytest.raises(UserError, match=rf"noise={name}: knows the 10 classes of CIFAR-10 only, the dataset has 3"):
        MATRICES[name](3, 0.1)


def test_one_class_cannot_be_noisy() -> None:
    with pytest.raises(UserError, match="num_classes=1: label noise needs at least 2 classes"):
        noise.symmetric_matrix(1, 0.1)


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        ([[1.0, 0.0]], r"noise\.matrix: has shape \(1, 2\), must be \(2, 2\)"),
        ([[1.0, 0.0], [0.5]], r"noise\.matrix: must be rows of numbers, all of the same length"),
        ([["a", "b"], ["c", "d"]], r"noise\.matrix: must be rows of numbers"),
        ([[1.0, 0.0], [1.2, -0.2]], r"noise\.matrix\[1\]\[1\]=-0\.2: must be a probability"),
        ([[1.0, 0.0], [float("nan"), 0.0]], r"noise\.matrix\[1\]\[0\]=nan: must be a probability"),
        ([[0.5, 0.5], [0.5, 0.4]], r"noise\.matrix: row 1 sums to 0\.9, every row must sum to 1"),
        ([[0.5, 0.5], [float("inf"), 0.4]], r"noise\.matrix: row 1 sums to inf"),
        ("t.txt", r"noise\.matrix=t\.txt: must be a \.npy or a \.csv file"),
        ("nowhere/t.npy", r"noise\.matrix=nowhere/t\.npy: cannot be read \(No such file or directory\)"),
        ("nowhere/t.csv", r"noise\.matrix=nowhere/t\.csv: cannot be read"),
    ],
)
def test_wrong_matrices(matrix: Any, message: str) -> None:
    with pytest.raises(UserError, match=message):
        noise.custom_matrix(2, matrix)


def test_files_of_other_things(tmp_path: Path) -> None:
    (tmp_path / "header.csv").write_text("a,b\n1,0\n0,1\n")
    (tmp_path / "empty.npy").write_bytes(b"")
    np.save(tmp_path / "pickle.npy", np.array([[{}, 1], [0, 1]], dtype=object), allow_pickle=True)
    for name in ("header.csv", "empty.npy", "pickle.npy"):
        with pytest.raises(UserError, match=rf"noise\.matrix=.*{name}: must hold rows of numbers only") as error:
            noise.custom_matrix(2, tmp_path / name)
        assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (np.array([0, 10]), r"labels: found 10, all must be in 0\.\.9"),
        (np.array([0, -1]), r"labels: found -1, all must be in 0\.\.9"),
        (np.array([0.0, 1.0]), "labels: must be a vector of integers, not float64"),
        (np.array([[0], [1]]), r"labels: must be a vector of integers, not int64 of shape \(2, 1\)"),
    ],
)
def test_wrong_labels(labels: np.ndarray, message: str) -> None:
    with pytest.raises(UserError, match=message):
        noise.symmetric(labels, noise.label_sampler("numpy", 0), num_classes=10, rate=0.1)
