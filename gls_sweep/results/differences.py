"""Two means side by side: their difference, and whether it lies within the combined error."""

import pandas as pd

WITHIN = 2  # errors that a difference may have


def summarise(cells: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Give the cells of each combination of `keys` a line: `mean`, `std`, `n`, `diverged`, `failed`.

    Parameters
    ----------
    cells
        With the columns `keys`, `status` and `value`; only the values of finished cells count.
    keys
        What tells the lines apart; their order is kept.
    """
    counted = pd.DataFrame({**cells[keys], "value": cells["value"].where(cells["status"] == "finished")})
    for status in ("diverged", "failed"):
        counted[status] = cells["status"] == status
    groups = counted.groupby(keys, dropna=False, sort=False, observed=True)
    lines = groups["value"].agg(mean="mean", std="std", n="count").join(groups[["diverged", "failed"]].sum())
    return pd.DataFrame(lines.reset_index())


def add_differences(lines: pd.DataFrame) -> pd.DataFrame:
    r"""Add the difference of each line from its reference, the combined error, and whether the one is within the other.

    The combined error is the standard error of the difference of two means,

    .. math:: \sqrt{s_\mathrm{ref}^2 / n_\mathrm{ref} + s^2 / n},

    with the standard deviations over runs. A mean of which nobody says over how many runs it is counts as one run
    (n = 1), which makes the error larger rather than smaller, so that a difference is easily within it. Where one side
    has no standard deviation, that of the other stands for both; where neither has one there is no error, and nothing
    is said about the difference.

    Parameters
    ----------
    lines
        With the columns `mean`, `std`, `n`, `reference`, `reference_std`, `reference_n`, the last two missing where
        they are not known. A column `paired_error`, the standard error of the mean of paired differences, is the error
        of the lines that have it.

    Returns
    -------
    DataFrame
        The same with `difference`, mean minus reference; `error`; and `within`, whether the difference is at most twice
        the error, missing where that cannot be said. That is a yardstick and no test: by Student's t, two errors cover
        82 % for three pairs, 88 % for five, 92 % for means of five runs each, and 95 % of many only.
    """
    std, reference_std = lines["std"].astype("float64"), lines["reference_std"].astype("float64")
    std, reference_std = std.fillna(reference_std), reference_std.fillna(std)
    counts, reference_counts = lines["n"].astype("float64"), lines["reference_n"].astype("float64").fillna(1)
    difference = lines["mean"] - lines["reference"]
    error = (reference_std**2 / reference_counts + std**2 / counts.where(counts > 0)) ** 0.5
    error = lines["paired_error"].fillna(error) if "paired_error" in lines else error
    within = (difference.abs() <= WITHIN * error).astype("boolean").where((difference + error).notna())
    return lines.assign(difference=difference, error=error.where(difference.notna()), within=within)
