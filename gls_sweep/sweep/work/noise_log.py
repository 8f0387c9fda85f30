"""Tells requested from realised noise before a sweep trains."""

import logging
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from gls_sweep.sweep.plan.cells import Cell, fields_of

log = logging.getLogger(__name__)


def log_noise(looked_at: Iterable[tuple[Cell, dict[str, Any]]]) -> None:
    """Log one line per dataset, noise model and requested rate, over its seeds."""
    realised: dict[tuple[Any, Any, Any], set[float]] = defaultdict(set)
    for cell, noise in looked_at:
        names = (fields_of(node).get("name") for node in (cell.config.dataset, cell.config.noise))
        rates = realised[(*names, noise["requested_rate"])]
        rates.update([] if noise["realised_rate"] is None else [noise["realised_rate"]])
    for (dataset, name, requested), rates in realised.items():
        asked = "" if requested is None else f" rate {requested:g} requested,"
        log.info("labels of %s: noise %s,%s %s realised", dataset, name, asked, span(rates) if rates else "unknown")


def span(rates: set[float]) -> str:
    """Format one rate, or the smallest and the largest of several."""
    low, high = min(rates), max(rates)
    return f"{low:.4f}" if low == high else f"{low:.4f} to {high:.4f}"
