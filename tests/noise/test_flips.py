"""What is told of noise: the most frequent flips, those that leave their superclass, and the picture."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gls_sweep.noise import realised_transition
from gls_sweep.noise.flips import frequent_flips, share_leaving, superclass_transition
from gls_sweep.results.plots.transition import transition_figure

CLEAN = np.array([0, 0, 0, 1, 1, 2, 2, 3])
NOISY = np.array([1, 1, 0, 0, 1, 3, 0, 3])
GROUPS = (0, 0, 1, 1)


def test_counted_by_hand() -> None:
    assert frequent_flips(CLEAN, NOISY, 4, 10) == [(0, 1, 2), (1, 0, 1), (2, 0, 1), (2, 3, 1)]
    assert frequent_flips(CLEAN, NOISY, 4, 1) == [(0, 1, 2)]
    assert share_leaving(CLEAN, NOISY, GROUPS) == 1 / 5
    np.testing.assert_allclose(superclass_transition(CLEAN, NOISY, GROUPS), [[1, 0], [1 / 3, 2 / 3]])


def test_nothing_flipped() -> None:
    assert frequent_flips(CLEAN, CLEAN, 4, 10) == []
    assert np.isnan(share_leaving(CLEAN, CLEAN, GROUPS))


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1).map(lambda rows: np.array(rows).T))
def test_flips_are_what_the_transition_counts(labels: np.ndarray) -> None:
    clean, noisy = labels
    counts = np.nan_to_num(realised_transition(clean, noisy, 5)) * np.bincount(clean, minlength=5)[:, None]
    np.fill_diagonal(counts, 0)
    flips = frequent_flips(clean, noisy, 5, 25)
    assert sum(count for _, _, count in flips) == round(counts.sum()) == np.count_nonzero(clean != noisy)
    assert all(count == round(counts[old, new]) for old, new, count in flips)
    assert [count for _, _, count in flips] == sorted((count for _, _, count in flips), reverse=True)


@pytest.mark.parametrize(("classes", "written"), [(3, True), (100, False)])
def test_the_figure_shows_both_matrices_on_one_scale(classes: int, written: bool) -> None:
    asked = np.eye(classes)
    asked[0, :2] = 0.7, 0.3
    asked[-1] = np.nan
    figure = transition_figure({"true label": [asked, np.eye(classes)]}, ["asked", "realised"], "noise", "of digits")
    figure.canvas.draw()
    left, right, _ = figure.axes
    assert [left.get_title(loc="left"), right.get_title(loc="left")] == ["asked", "realised"]
    assert left.get_ylabel() == "true label"
    assert left.images[0].get_clim() == right.images[0].get_clim() == (0, 1)
    assert left.images[0].get_array().mask[-1].all()
    texts = {text.get_position(): text.get_text() for text in left.texts}
    assert len(texts) == (3 if written else 0)
    if written:
        assert texts == {(0, 0): ".70", (1, 0): ".30", (1, 1): "1.00"}
