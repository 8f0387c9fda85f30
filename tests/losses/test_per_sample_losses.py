"""The per-sample losses the engine calls."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional as F

from gls_sweep.losses import ce, gls

RATES = [0.8, 0.4, 0.0, -0.4, -1.0, -8.0]


def batch(seed: int, samples: int, classes: int, scale: float = 3.0) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    logits = scale * torch.randn(samples, classes, generator=generator, dtype=torch.float64)
    return logits, torch.randint(classes, (samples,), generator=generator)


def statement(logits: Tensor, labels: Tensor, r: float, wa: float, wb: float) -> Tensor:
    """The definition with torch's own cross entropy, and log p straight from the logits."""
    cross_entropy = F.cross_entropy(logits, labels, reduction="none")
    uniform = -(logits - logits.logsumexp(1, keepdim=True)).mean(1)
    return wa * cross_entropy + wb * ((1 - r) * cross_entropy + r * uniform)


@given(
    seed=st.integers(0, 2**32),
    samples=st.integers(1, 8),
    classes=st.integers(2, 12),
    r=st.floats(-10, 1),
    wa=st.floats(-2, 2),
    wb=st.floats(-2, 2),
)
def test_gls_is_the_statement(seed: int, samples: int, classes: int, r: float, wa: float, wb: float) -> None:
    logits, labels = batch(seed, samples, classes)
    loss = gls(logits, labels, smooth_rate=r, wa=wa, wb=wb)
    assert loss.shape == (samples,)
    torch.testing.assert_close(loss, statement(logits, labels, r, wa, wb), rtol=1e-12, atol=1e-12)


def test_a_negative_rate_is_not_zero() -> None:
    logits, labels = batch(0, 16, 10)
    assert not torch.allclose(gls(logits, labels, smooth_rate=-3.0), gls(logits, labels, smooth_rate=0.0))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_rate_zero_is_cross_entropy_to_the_bit(dtype: torch.dtype) -> None:
    logits, labels = batch(0, 64, 10)
    logits = logits.to(dtype)
    assert torch.equal(gls(logits, labels, smooth_rate=0.0, wa=0.25, wb=0.75), ce(logits, labels))


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_finite_at_its_largest_logits(dtype: torch.dtype, rate: float) -> None:
    largest = 65504.0
    logits = torch.tensor([[largest, -largest, 0.0], [-largest, largest, largest]], dtype=dtype, requires_grad=True)
    loss = gls(logits, torch.tensor([1, 1]), smooth_rate=rate)
    loss.sum().backward()
    assert loss.dtype == torch.float32
    assert loss.isfinite().all()
    assert logits.grad is not None
    assert logits.grad.isfinite().all()


@pytest.mark.parametrize("rate", [0.0, torch.tensor(0.0)])
def test_a_class_of_probability_zero_leaves_rate_zero_finite(rate: float | Tensor) -> None:
    logits = torch.tensor([[1.0, 2.0, -math.inf]], requires_grad=True)
    loss = gls(logits, torch.tensor([0]), smooth_rate=rate)
    loss.sum().backward()
    assert torch.equal(loss, ce(logits, torch.tensor([0])))
    assert logits.grad is not None
    assert logits.grad.isfinite().all()


def test_nan_logits_show_at_rate_zero() -> None:
    assert gls(torch.tensor([[math.nan, 0.0]]), torch.tensor([1]), smooth_rate=0.0).isnan().all()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_vmap_over_replicas_equals_a_loop(dtype: torch.dtype) -> None:
    replicas = len(RATES)
    logits = torch.stack([batch(seed, 8, 5)[0] for seed in range(replicas)]).to(dtype)
    labels = torch.stack([batch(seed, 8, 5)[1] for seed in range(replicas)])
    rates = torch.tensor(RATES)
    wa, wb = torch.linspace(0, 1, replicas), torch.linspace(1, 2, replicas)

    def total(logits: Tensor, labels: Tensor, rate: Tensor, wa: Tensor, wb: Tensor) -> Tensor:
        return gls(logits, labels, smooth_rate=rate, wa=wa, wb=wb).sum()

    packed_grads, packed = torch.func.vmap(torch.func.grad_and_value(total))(logits, labels, rates, wa, wb)
    assert packed.dtype == dtype
    for i in range(replicas):
        grads, value = torch.func.grad_and_value(total)(logits[i], labels[i], rates[i], wa[i], wb[i])
        torch.testing.assert_close(packed[i], value)
        torch.testing.assert_close(packed_grads[i], grads)


@pytest.mark.parametrize("rate", [0.3, 0.0, -2.0])
def test_gradients(rate: float) -> None:
    logits, labels = batch(0, 4, 3)
    smooth_rate = torch.tensor(rate, dtype=torch.float64, requires_grad=True)
    arguments = (logits.requires_grad_(), smooth_rate)

    def loss(logits: Tensor, smooth_rate: Tensor) -> Tensor:
        return gls(logits, labels, smooth_rate=smooth_rate, wa=0.5)

    assert torch.autograd.gradcheck(loss, arguments)
    assert torch.autograd.gradgradcheck(loss, arguments)
