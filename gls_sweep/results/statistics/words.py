"""Numbers and p-values in words."""

import math

from gls_sweep.results.metrics import scale


def number(value: float, metric: str, sign: str = "-") -> str:
    """Write a value of a metric in the unit of `metrics.scale`; empty where missing.

    With `sign` "+" positive ones have their sign too.
    """
    factor, digits = scale(metric)
    return "" if math.isnan(value) else f"{factor * value:{sign}z.{digits}f}"


def unit(metric: str, of_shares: str = " points") -> str:
    """Give what stands behind the number of a share; nothing for other metrics."""
    return of_shares if scale(metric)[0] == 100 else ""


def p_value(p: float) -> str:
    """Write a p-value as papers do, `p = .003`."""
    return "p < .001" if p < 0.001 else f"p = {p:.{3 if p < 0.1 else 2}f}".replace(" 0.", " .")


def counted(n: int, noun: str) -> str:
    """Write `1 seed`, `5 seeds`."""
    return f"{n} {noun}{'' if n == 1 else 's'}"
