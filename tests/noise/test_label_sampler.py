"""Where the random numbers come from, and that the legacy ones are those of the GLS code."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gls_sweep import noise
from gls_sweep.errors import UserError


def gls_code(labels: np.ndarray, transition: np.ndarray) -> np.ndarray:
    """The draw as the GLS code makes it: RandomState(0), one multinomial call per sample in order."""
    state = np.random.RandomState(0)
    return np.array([np.where(state.multinomial(1, transition[y], 1)[0] == 1)[0][0] for y in labels])


@given(
    classes=st.integers(2, 20),
    samples=st.integers(1, 300),
    rate=st.floats(0, 1, exclude_max=True),
    seed=st.integers(0, 2**32),
)
@settings(max_examples=50)
def test_legacy_is_the_gls_code(classes: int, samples: int, rate: float, seed: int) -> None:
    labels = np.random.default_rng(seed).integers(classes, size=samples)
    noisy = noise.symmetric(labels, noise.label_sampler("legacy", 0), num_classes=classes, rate=rate)
    np.testing.assert_array_equal(noisy.labels, gls_code(labels, noisy.transition))


@pytest.mark.parametrize("rate", [0.2, 0.45])
def test_legacy_is_the_gls_code_on_a_whole_data_set_of_pairs(rate: float) -> None:
    labels = np.random.default_rng(0).integers(10, size=50_000)
    noisy = noise.gls_pairs(labels, noise.label_sampler("legacy", 0), num_classes=10, rate=rate)
    np.testing.assert_array_equal(noisy.labels, gls_code(labels, noisy.transition))


def test_legacy_gives_the_rate_that_the_gls_code_printed(shared_data: Path) -> None:
    """On CIFAR-10 at rate 0.2: the log in UCSC-REAL/negative-label-smoothing#3 says 0.20076."""
    import pandas as pd

    labels = pd.read_parquet(shared_data / "cifar10" / "train.parquet", columns=["label"])["label"].to_numpy()
    noisy = noise.symmetric(labels, noise.label_sampler("legacy", 0), num_classes=10, rate=0.2)
    assert noise.realised_rate(labels, noisy.labels) == 0.20076


def test_seeds_and_calls_differ() -> None:
    labels = np.arange(1000) % 10
    rng = noise.label_sampler("numpy", 1)
    first, second = (noise.symmetric(labels, rng, num_classes=10, rate=0.5).labels for _ in range(2))
    other = noise.symmetric(labels, noise.label_sampler("numpy", 2), num_classes=10, rate=0.5).labels
    assert (first != second).any()
    assert (first != other).any()


@pytest.mark.parametrize(
    ("generator", "seed", "message"),
    [
        ("legacy", 3, r"noise\.seed=3: noise\.generator=legacy always draws with seed 0"),
        ("numpy", -1, r"noise\.seed=-1: must be an integer of at least 0"),
        ("mt19937", 0, r"noise\.generator='mt19937': must be 'numpy' or 'legacy'"),
    ],
)
def test_wrong_generators(generator: str, seed: int, message: str) -> None:
    with pytest.raises(UserError, match=message):
        noise.label_sampler(generator, seed)


def test_noise_leaves_torch_out() -> None:
    code = "import sys, gls_sweep.noise; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])
