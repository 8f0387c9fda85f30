"""The smooth rates that theory calls best."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from gls_sweep.results.groups import column_of

Floats = npt.NDArray[np.float64]


def optimal_rates(table: pd.DataFrame, noise_rates: "pd.Index | Floats") -> Floats:
    """Smooth rate that makes GLS on noisy labels equal in expectation to cross entropy on clean ones.

    `r_opt = -rho / (1 - rho)`, that of backward correction: `(r* - rho) / (1 - rho)` with `r* = 0`, Wei et al.,
    ICML 2022 (arXiv 2106.04149).

    Parameters
    ----------
    table
        Cells with the noise in question.
    noise_rates
        Rates eps in [0, 1).

    Returns
    -------
    array of shape (noise rates,)
        NaN for other than symmetric noise, and where `rho >= 1`: such labels say nothing about the true ones.
    """
    rho = mixing(table, np.asarray(noise_rates, dtype=np.float64))
    return np.asarray(-rho / np.where(rho < 1, 1 - rho, np.nan))


def optimum_in_words(table: pd.DataFrame) -> str:
    """Write the formula of `optimal_rates` for the noise of these cells."""
    inclusive = set(column_of(table, "noise.name")) == {"symmetric_inclusive"}
    rho = r"\varepsilon" if inclusive else r"K\varepsilon/(K-1)"
    return rf"$r_{{opt}} = -\rho/(1-\rho)$, $\rho = {rho}$"


def mixing(table: pd.DataFrame, noise_rates: Floats) -> Floats:
    """Give rho, the share of labels drawn uniformly from all classes, of symmetric noise; NaN for other noise.

    `rho = K * eps / (K - 1)` for `symmetric`, where the true class is not drawn, and eps for `symmetric_inclusive`.
    """
    names = set(column_of(table, "noise.name"))
    if names == {"symmetric_inclusive"}:
        return noise_rates
    if names != {"symmetric"}:
        return np.full(len(noise_rates), np.nan)
    classes = float(column_of(table, "noise.num_classes").astype("float64").max())  # NaN where no cell knows
    return noise_rates * classes / (classes - 1)
