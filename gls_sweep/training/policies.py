"""How one number is picked from a run's epochs."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]

# The metric whose best epoch each policy takes; the earliest epoch wins a tie.
CRITERIA = {"best": "test_accuracy", "val": "val_accuracy"}
NOT_METRICS = ("phase", "epoch", "learning_rate")


def pick(history: Sequence[Row]) -> dict[str, dict[str, Any]]:
    """Apply every policy to the epochs of a history.

    Returns
    -------
    dict of str to dict
        `last`: the last epoch; `best`: the epoch best on the test set (an oracle, what the GLS paper reports);
        `val`: the epoch best on held-out noisy labels, left out where none are held out; `last5`: the mean of the last
        five epochs, whose `epoch` is None. Empty for an empty history.
    """
    if not history:
        return {}
    picked = {"last": dict(history[-1]), "last5": mean(history[-5:])}
    for policy, metric in CRITERIA.items():
        if metric in history[-1]:
            picked[policy] = dict(max(history, key=lambda row: row[metric]))
    return picked


def mean(rows: Sequence[Row]) -> dict[str, Any]:
    """Average the metrics over epochs."""
    metrics = [key for key in rows[0] if key not in NOT_METRICS]
    averages = {key: math.fsum(row[key] for row in rows) / len(rows) for key in metrics}
    return {"phase": rows[-1]["phase"], "epoch": None, **averages}
