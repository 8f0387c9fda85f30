"""The learning rate of an epoch as a pure function of the plan."""

import math

from gls_sweep.config.schedule import LearningRateConfig


def learning_rate(plan: LearningRateConfig, epoch: int, epochs: int) -> float:
    """Give the learning rate of an epoch.

    Parameters
    ----------
    plan : LearningRateConfig
        `constant` keeps `start`; `steps` multiplies it by `factor` after each milestone; `cosine` goes from `start`
        in the first epoch along half a cosine towards `final` (Loshchilov and Hutter, ICLR 2017, eq. 5).
    epoch : int
        From 1 to `epochs`.
    epochs : int
        Length of the phase.
    """
    if plan.plan == "steps":
        return plan.start * plan.factor ** sum(epoch > milestone for milestone in plan.milestones)
    if plan.plan == "cosine":
        return plan.final + (plan.start - plan.final) * (1 + math.cos(math.pi * (epoch - 1) / epochs)) / 2
    return plan.start
