"""Optimisers as a GPU runs them, fused, against those that a CPU runs; torch has both forms for CPUs."""

import pytest
import torch

from gls_sweep.config.schedule import OptimizerConfig
from gls_sweep.training import optimizers
from gls_sweep.training.layout import weights_channels_last
from gls_sweep.training.optimizers import make_optimizer, named_state, restore_state

CONFIGS = {
    "plain SGD": OptimizerConfig(name="sgd"),
    "Nesterov": OptimizerConfig(name="sgd", momentum=0.9, nesterov=True, weight_decay=0.01),
    "Adam": OptimizerConfig(name="adam", weight_decay=0.01),
    "AdamW": OptimizerConfig(name="adamw", weight_decay=0.01),
}


def updated(config: OptimizerConfig, steps: int, interrupted: int | None = None) -> list[torch.Tensor]:
    """Take steps with random gradients; where it is interrupted, a new optimiser goes on with what is restored."""
    generator = torch.Generator().manual_seed(0)
    shapes = [(2, 5, 3, 3, 3), (2, 5)]
    parameters = [weights_channels_last(torch.randn(shape, generator=generator)) for shape in shapes]
    optimizer = make_optimizer(config, parameters)
    for step in range(steps):
        if step == interrupted:
            saved = named_state(optimizer, ["weight", "bias"])
            contiguous = {name: {key: t.contiguous() for key, t in own.items()} for name, own in saved.items()}
            optimizer = make_optimizer(config, parameters)
            restore_state(optimizer, ["weight", "bias"], contiguous)
        optimizer.learning_rate = 0.1
        for parameter in parameters:
            parameter.grad = torch.zeros_like(parameter).copy_(torch.randn(parameter.shape, generator=generator))
        optimizer.step()
    return parameters


@pytest.mark.parametrize("kind", CONFIGS)
def test_fused_equals_unfused(kind, monkeypatch):
    plain = updated(CONFIGS[kind], 4)
    monkeypatch.setattr(optimizers, "fusible", lambda parameters: True)
    for own, other in zip(updated(CONFIGS[kind], 4), plain, strict=True):
        torch.testing.assert_close(own, other, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("fused", [False, True])
@pytest.mark.parametrize("kind", CONFIGS)
def test_a_restored_optimizer_goes_on_with_the_same_bits(kind, fused, monkeypatch):
    monkeypatch.setattr(optimizers, "fusible", lambda parameters: fused)
    for own, other in zip(updated(CONFIGS[kind], 4, interrupted=2), updated(CONFIGS[kind], 4), strict=True):
        assert torch.equal(own, other)
