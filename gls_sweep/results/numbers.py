"""Numbers as text."""

from typing import Any

import pandas as pd


def percent(share: Any, digits: int = 1, sign: str = "-") -> str:
    """Write a fraction in percent, or a difference of fractions in points, without the unit.

    Parameters
    ----------
    share
        A missing one is the empty text.
    digits
        Behind the point. What rounds to zero has no minus.
    sign
        "-" signs negative numbers alone, "+" positive ones too.
    """
    return "" if pd.isna(share) else f"{100 * float(share):{sign}z.{digits}f}"


def percent_with_error(share: Any, error: Any, digits: int = 1) -> str:
    """Write a fraction in percent and its error, `1.2±0.3`; a missing error is left out."""
    return percent(share, digits) + (f"±{percent(error, digits)}" if pd.notna(error) else "")
