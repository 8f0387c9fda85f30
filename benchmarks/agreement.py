"""Whether two contenders that trained the same cells came to the same accuracies."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass

Cell = tuple[float, float, int]
"""Noise rate, smooth rate, seed."""
Accuracies = Mapping[Cell, float]
"""Test accuracy after the last epoch, in [0, 1]."""

# Two standard errors of the difference of two independent networks on a test set of this size, p(1 - p) / n each, times
# 1.5, because batch order and augmentation are drawn otherwise by each contender: over seeds, the accuracies of a cell
# of the default sweep spread 1.1 times as far as its test set explains at usual smooth rates, up to 2 times near
# divergence. Cells of one noise rate and seed share labels and warm-up, and with them their luck: they count as one.
# Chance marks less than one row in twenty.
STANDARD_ERRORS, BEYOND_TEST_SET = 2, 1.5


@dataclass(frozen=True)
class Agreement:
    """Mean accuracies of the cells that both trained, and how far apart they may be, all in [0, 1]."""

    theirs: float
    own: float
    tolerance: float

    def __str__(self) -> str:
        """Give the cell of a table, in per cent."""
        mark = "" if abs(self.theirs - self.own) <= self.tolerance else " **differ**"
        return f"{100 * self.theirs:.1f}, {100 * self.own:.1f} ({100 * self.tolerance:.1f}){mark}"


def compare(theirs: Accuracies, own: Accuracies, test_size: int) -> Agreement:
    """Compare the cells that both trained, on a test set of so many samples; raises `ValueError` if there are none."""
    common = sorted(theirs.keys() & own.keys())
    if not common:
        raise ValueError("no cell was trained by both")
    variance = statistics.mean(of[cell] * (1 - of[cell]) for cell in common for of in (theirs, own)) / test_size
    independent = len({(noise_rate, seed) for noise_rate, _, seed in common})
    tolerance = STANDARD_ERRORS * BEYOND_TEST_SET * (2 * variance / independent) ** 0.5
    means = [statistics.mean(of[cell] for cell in common) for of in (theirs, own)]
    return Agreement(means[0], means[1], tolerance)
