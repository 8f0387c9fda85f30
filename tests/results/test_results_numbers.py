"""Numbers, and the colours of heat maps."""

import math

import numpy as np
import pytest

from gls_sweep.results.numbers import percent, percent_with_error
from gls_sweep.results.shades import ink_on, shade, span_of


@pytest.mark.parametrize(
    ("share", "options", "shown"),
    [
        (0.12345, {}, "12.3"),
        (-0.0004, {}, "0.0"),
        (-0.0004, {"sign": "+"}, "+0.0"),
        (0.5, {"digits": 2, "sign": "+"}, "+50.00"),
        (None, {}, ""),
        (math.nan, {}, ""),
    ],
)
def test_a_share_in_percent(share: float | None, options: dict[str, object], shown: str) -> None:
    assert percent(share, **options) == shown


def test_an_error_stands_behind_its_number() -> None:
    assert percent_with_error(-0.012, 0.003) == "-1.2±0.3" and percent_with_error(0.5, math.nan) == "50.0"


@pytest.mark.parametrize(("lowest", "span"), [(-0.3, 5), (-7.2, 8), (-80, 30), (math.nan, 5)])
def test_the_colours_span_what_there_is_within_bounds(lowest: float, span: float) -> None:
    assert span_of(np.array([[0.0], [lowest]])) == span


def test_ink_stands_out() -> None:
    assert ink_on((1, 1, 0)) == "#000" and ink_on((0, 0, 0.5)) == "#fff"
    assert shade(0)[1] == "#000" and shade(1)[1] == "#fff" and shade(math.nan) == ("", "")
