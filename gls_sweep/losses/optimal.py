"""The smooth rate that undoes symmetric label noise."""

import math

from gls_sweep.errors import UserError


def optimal_smooth_rate(noise_rate: float, num_classes: int, clean_rate: float = 0.0) -> float:
    r"""Return the rate that makes GLS on noisy labels equal in expectation to GLS(``clean_rate``) on clean ones.

    ```math
    \frac{r^* - \rho}{1 - \rho}, \quad \rho = \frac{K \varepsilon}{K - 1}
    ```

    ε is ``noise_rate``, r* is ``clean_rate``. With ``clean_rate = 0`` this is also backward correction.

    Parameters
    ----------
    noise_rate
        Chance that a label is wrong under symmetric noise, in [0, (K-1)/K).
    num_classes
        K, at least 2.
    clean_rate
        r*, the best rate on clean labels, at most 1.

    Returns
    -------
    float
        At most ``clean_rate``.

    Raises
    ------
    UserError
        An argument out of its range; from (K-1)/K on, the labels say nothing about the truth and no rate helps.

    References
    ----------
    Wei et al., "To Smooth or Not? When Label Smoothing Meets Noisy Labels", ICML 2022,
    <https://arxiv.org/abs/2106.04149>.
    """
    if num_classes < 2:
        raise UserError(f"num_classes={num_classes}: must be at least 2")
    if not (math.isfinite(clean_rate) and clean_rate <= 1):
        raise UserError(f"clean_rate={clean_rate}: must be finite and at most 1")
    rho = num_classes * noise_rate / (num_classes - 1)
    if not (noise_rate >= 0 and rho < 1):
        limit = (num_classes - 1) / num_classes
        raise UserError(f"noise_rate={noise_rate}: must be in [0, {limit:.6g}) for {num_classes} classes")
    # (r* - rho) / (1 - rho) with K-1 multiplied out, which rounds once less: -0.8 comes out as -0.8.
    others = num_classes - 1
    return (others * clean_rate - num_classes * noise_rate) / (others - num_classes * noise_rate)
