"""A little of what `python -m tests.fuzz` does for as long as it is told to."""

import pytest

from tests.fuzz.run import TARGETS, run


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_breaks(name: str) -> None:
    run(name, examples=60)
