"""The public loss: torch's conventions, all options."""

import itertools
import math
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from gls_sweep.errors import UserError
from gls_sweep.losses import GLSLoss, gls, gls_loss

CLASSES = 5
SHAPES = [(CLASSES,), (6, CLASSES), (3, CLASSES, 2), (2, CLASSES, 3, 2)]
REDUCTIONS = ["none", "mean", "sum"]


def logits_of(shape: tuple[int, ...], dtype: torch.dtype = torch.float64) -> Tensor:
    return 3 * torch.randn(shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64).to(dtype)


def indices_of(shape: tuple[int, ...]) -> Tensor:
    without_classes = shape[:1] + shape[2:] if len(shape) > 1 else ()
    return torch.randint(CLASSES, without_classes, generator=torch.Generator().manual_seed(1))


def probabilities_of(shape: tuple[int, ...]) -> Tensor:
    return torch.softmax(logits_of(shape).flip(0), min(len(shape) - 1, 1))


WEIGHT = torch.tensor([0.5, 2.0, 0.0, 1.0, 3.0], dtype=torch.float64)


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.7, 1.0])
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("weight", [None, WEIGHT], ids=["plain", "weighted"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_equals_torch_in_every_option(
    shape: tuple[int, ...], weight: Tensor | None, reduction: str, rate: float
) -> None:
    logits = logits_of(shape)
    options: dict[str, Any] = {"weight": weight, "reduction": reduction}
    targets = [(probabilities_of(shape), -100)]
    for ignore_index in (-100, 3, -1):
        indices = indices_of(shape)
        indices.view(-1)[:1] = 4 if ignore_index == -100 else ignore_index
        targets.append((indices, ignore_index))
    for target, ignore_index in targets:
        ours = gls_loss(logits, target, rate, ignore_index=ignore_index, **options)
        torchs = F.cross_entropy(logits, target, label_smoothing=rate, ignore_index=ignore_index, **options)
        torch.testing.assert_close(ours, torchs, rtol=1e-12, atol=1e-12, equal_nan=True)


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_a_negative_rate_does_what_torch_does_not(reduction: str) -> None:
    logits, labels = logits_of((6, CLASSES)), indices_of((6, CLASSES))
    ours = gls_loss(logits, labels, -3.0, reduction=reduction)
    per_sample = gls(logits, labels, smooth_rate=-3.0)
    wanted = {"none": per_sample, "mean": per_sample.mean(), "sum": per_sample.sum()}[reduction]
    torch.testing.assert_close(ours, wanted)
    assert not torch.allclose(ours, gls_loss(logits, labels, 0.0, reduction=reduction))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_is_linear_in_the_rate_and_the_weights_of_the_two_losses(shape: tuple[int, ...], reduction: str) -> None:
    """From r = 0 and r = 1, where torch is the judge, to any other r, wa and wb."""
    for target in (indices_of(shape), probabilities_of(shape)):
        options: dict[str, Any] = {"weight": WEIGHT, "reduction": reduction}
        hard = F.cross_entropy(logits_of(shape), target, **options)
        uniform = F.cross_entropy(logits_of(shape), target, label_smoothing=1.0, **options)
        ours = gls_loss(logits_of(shape), target, -6.0, wa=0.3, wb=0.5, **options)
        torch.testing.assert_close(ours, 0.3 * hard + 0.5 * (7 * hard - 6 * uniform), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("dtype", [torch.uint8, torch.int32])
def test_any_integer_type_is_an_index(dtype: torch.dtype) -> None:
    logits, labels = logits_of((6, CLASSES)), indices_of((6, CLASSES))
    assert torch.equal(gls_loss(logits, labels.to(dtype), -1.0), gls_loss(logits, labels, -1.0))


def test_all_samples_ignored_is_nan_in_the_mean_as_in_torch_and_zero_in_the_sum() -> None:
    logits, labels = logits_of((4, CLASSES)), torch.full((4,), -100)
    assert gls_loss(logits, labels, -1.0).isnan()
    assert gls_loss(logits, labels, -1.0, reduction="sum") == 0


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("rate", [1.0, 0.0, -8.0])
def test_half_precision_is_finite(dtype: torch.dtype, rate: float) -> None:
    logits = (torch.eye(4) * 131008 - 65504).to(dtype).requires_grad_()
    for target in (torch.tensor([3, 2, 1, 0]), torch.full((4, 4), 0.25, dtype=dtype)):
        loss = gls_loss(logits, target, rate, reduction="sum")
        (gradient,) = torch.autograd.grad(loss, logits)
        assert loss.isfinite()
        assert gradient.isfinite().all()


@pytest.mark.parametrize("rate", [0.3, 0.0, -2.0])
@pytest.mark.parametrize("weight", [None, WEIGHT], ids=["plain", "weighted"])
def test_gradients(rate: float, weight: Tensor | None) -> None:
    logits = logits_of((2, CLASSES, 2)).requires_grad_()
    for target in (indices_of((2, CLASSES, 2)), probabilities_of((2, CLASSES, 2)).requires_grad_()):

        def loss(logits: Tensor, target: Tensor) -> Tensor:
            return gls_loss(logits, target, rate, weight=weight)

        assert torch.autograd.gradcheck(loss, (logits, target))
        assert torch.autograd.gradgradcheck(loss, (logits, target))


def test_vmap_equals_a_loop() -> None:
    logits = torch.stack([seed * logits_of((6, CLASSES)) for seed in (1, -1, 2)])
    labels = torch.stack([indices_of((6, CLASSES)).roll(shift) for shift in range(3)])
    labels[:, 0] = -100
    rates = torch.tensor([0.5, 0.0, -3.0], dtype=torch.float64)
    packed = torch.func.vmap(lambda x, y, r: gls_loss(x, y, r, weight=WEIGHT))(logits, labels, rates)
    alone = [gls_loss(logits[i], labels[i], float(rates[i]), weight=WEIGHT) for i in range(3)]
    torch.testing.assert_close(packed, torch.stack(alone))


def test_autocast() -> None:
    layer = torch.nn.Linear(8, CLASSES)
    inputs, labels = torch.randn(6, 8, generator=torch.Generator().manual_seed(0)), indices_of((6, CLASSES))
    with torch.autocast("cpu", torch.bfloat16):
        logits = layer(inputs)
        loss = gls_loss(logits, labels, -2.0)
    loss.backward()
    assert logits.dtype == torch.bfloat16
    torch.testing.assert_close(loss, gls_loss(logits.float(), labels, -2.0))
    assert layer.weight.grad is not None
    assert layer.weight.grad.isfinite().all()


def test_compiles_into_one_graph() -> None:
    torch.compiler.reset()
    compiled = torch.compile(gls_loss, fullgraph=True, backend="aot_eager")
    logits, labels = logits_of((6, CLASSES)), indices_of((6, CLASSES))
    labels[0] = -100
    for rate, target in itertools.product((0.4, -0.8, -6.0), (labels, probabilities_of((6, CLASSES)))):
        ours = compiled(logits.requires_grad_(), target, rate, weight=WEIGHT)
        torch.testing.assert_close(ours, gls_loss(logits, target, rate, weight=WEIGHT))
        ours.backward()


def test_module_is_the_function() -> None:
    logits, labels = logits_of((6, CLASSES)), indices_of((6, CLASSES))
    options: dict[str, Any] = {"wa": 0.5, "wb": 2.0, "weight": WEIGHT, "ignore_index": 1, "reduction": "sum"}
    module = GLSLoss(-0.8, **options)
    assert torch.equal(module(logits, labels), gls_loss(logits, labels, -0.8, **options))
    assert "smooth_rate=-0.8" in repr(module)
    assert module.to(torch.float32).weight.dtype == torch.float32  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"smooth_rate": 1.5}, "smooth_rate=1.5: must be finite and at most 1"),
        ({"smooth_rate": math.nan}, "smooth_rate=nan"),
        ({"smooth_rate": -math.inf}, "smooth_rate=-inf"),
        ({"wa": math.inf}, "wa=inf: must be finite"),
        ({"wb": math.nan}, "wb=nan: must be finite"),
        ({"reduction": "avg"}, "reduction='avg': must be one of none, mean, sum"),
        ({"input": torch.zeros(4, 3, dtype=torch.int64)}, "input: must be floating logits"),
        ({"input": torch.tensor(1.0)}, "input: must be floating logits"),
        ({"target": torch.zeros(5, dtype=torch.int64)}, r"class indices of shape \(5,\), must be \(4,\)"),
        ({"target": torch.zeros(4, 3, dtype=torch.int64)}, r"class indices of shape \(4, 3\), must be \(4,\)"),
        ({"target": torch.zeros(4)}, r"class probabilities of shape \(4,\), must be \(4, 3\)"),
        ({"target": torch.zeros(4, 3), "ignore_index": 0}, "ignore_index=0: must be negative"),
        ({"weight": torch.ones(4)}, r"weight: has shape \(4,\), must be \(3,\)"),
    ],
)
def test_bad_arguments(arguments: dict[str, Any], message: str) -> None:
    good = {"input": torch.zeros(4, 3), "target": torch.zeros(4, dtype=torch.int64), "smooth_rate": 0.1}
    with pytest.raises(UserError, match=message):
        gls_loss(**(good | arguments))


def test_module_refuses_when_it_is_made() -> None:
    with pytest.raises(UserError, match="smooth_rate=2"):
        GLSLoss(2.0)
