"""Drives the targets with Hypothesis."""

import itertools
import time
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import label_files, values

TARGETS: dict[str, tuple[st.SearchStrategy[Any], Callable[[Any], None]]] = label_files.TARGETS | values.TARGETS
BATCH = 200  # examples between two looks at the clock


def run(name: str, examples: int) -> None:
    """Try examples that are new each time; raises what goes wrong, with the smallest example in its notes."""
    strategy, check = TARGETS[name]

    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(example=strategy)
    def try_example(example: Any) -> None:
        check(example)

    try_example()


def run_for(name: str, seconds: float) -> int:
    """Try examples for a while; gives how many."""
    end = time.monotonic() + seconds
    for batch in itertools.count(1):
        run(name, BATCH)
        if time.monotonic() > end:
            return batch * BATCH
    raise AssertionError
