"""The closed form of the best smooth rate."""

import math

import pytest

from gls_sweep.errors import UserError
from gls_sweep.losses import optimal_smooth_rate


@pytest.mark.parametrize(("noise_rate", "rate"), [(0.0, 0.0), (0.2, -2 / 7), (0.4, -0.8), (0.6, -2.0)])
def test_ten_classes(noise_rate: float, rate: float) -> None:
    assert optimal_smooth_rate(noise_rate, 10) == pytest.approx(rate, abs=1e-12)


@pytest.mark.parametrize("noise_rate", [0.0, 0.1, 0.4])
@pytest.mark.parametrize("clean_rate", [-1.0, 0.0, 0.3, 1.0])
def test_two_classes(noise_rate: float, clean_rate: float) -> None:
    binary = (clean_rate - 2 * noise_rate) / (1 - 2 * noise_rate)
    assert optimal_smooth_rate(noise_rate, 2, clean_rate) == pytest.approx(binary, abs=1e-12)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0.5, 2), r"noise_rate=0.5: must be in \[0, 0.5\) for 2 classes"),
        ((0.9, 10), r"noise_rate=0.9: must be in \[0, 0.9\) for 10 classes"),
        ((-0.1, 10), "noise_rate=-0.1"),
        ((math.nan, 10), "noise_rate=nan"),
        ((0.1, 1), "num_classes=1: must be at least 2"),
        ((0.1, 10, 1.5), "clean_rate=1.5: must be finite and at most 1"),
        ((0.1, 10, -math.inf), "clean_rate=-inf"),
    ],
)
def test_arguments_out_of_range(arguments: tuple[float, int], message: str) -> None:
    with pytest.raises(UserError, match=message):
        optimal_smooth_rate(*arguments)
