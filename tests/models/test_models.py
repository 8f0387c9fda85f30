"""What every model promises: shapes, sizes, gradients, seeds."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gls_sweep.errors import UserError
from gls_sweep.models import cnn9, cnn_small, mlp, resnet18, resnet34

CNN9_WIDTHS = [128, 128, 128, 256, 256, 256, 512, 256, 128]


def cnn9_size(channels: int, num_classes: int) -> int:
    """Count weights and biases of the convolutions, two numbers a normalised channel, and the last layer."""
    layers = pairwise([channels, *CNN9_WIDTHS])
    return sum(9 * before * after + 3 * after for before, after in layers) + 129 * num_classes


CASES: list[tuple[Callable[..., nn.Module], tuple[int, ...], int, dict[str, Any], int]] = [
    (mlp, (1, 8, 8), 10, {"hidden": [64, 64]}, 64 * 64 + 64 + 64 * 64 + 64 + 64 * 10 + 10),
    (mlp, (30,), 2, {"hidden": []}, 30 * 2 + 2),
    (mlp, (30,), 2, {"hidden": (7, 5), "batch_norm": True, "dropout": 0.2}, 31 * 7 + 14 + 8 * 5 + 10 + 6 * 2),
    (cnn_small, (1, 8, 8), 10, {}, 24_058),
    (cnn_small, (3, 32, 20), 7, {"width": 4}, 3 * 4 * 9 + 4 * 8 * 9 + 8 * 16 * 9 + 2 * (4 + 8 + 16) + 17 * 7),
    (cnn9, (3, 32, 32), 10, {}, cnn9_size(3, 10)),
    (cnn9, (1, 28, 28), 4, {}, cnn9_size(1, 4)),
    (resnet18, (3, 32, 32), 10, {}, 11_173_962),
    (resnet34, (3, 32, 32), 10, {}, 21_282_122),
]


def parameters(model: nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


def short_name(value: Any) -> str | None:
    return value.__name__ if callable(value) else None


@pytest.mark.parametrize(("build", "input_shape", "num_classes", "params", "size"), CASES, ids=short_name)
class TestEveryModel:
    """Promises that hold whatever the architecture."""

    def test_size_and_logits(self, build: Any, input_shape: Any, num_classes: int, params: Any, size: int) -> None:
        model = build(input_shape=input_shape, num_classes=num_classes, **params)
        assert parameters(model) == size
        assert model.training
        assert model(torch.randn(3, *input_shape)).shape == (3, num_classes)
        assert model.eval()(torch.randn(1, *input_shape)).shape == (1, num_classes)

    def test_gradients_reach_every_parameter(
        self, build: Any, input_shape: Any, num_classes: int, params: Any, size: int
    ) -> None:
        torch.manual_seed(0)
        model = build(input_shape=input_shape, num_classes=num_classes, **params)
        logits = model(torch.randn(4, *input_shape))
        F.cross_entropy(logits, torch.arange(4) % num_classes).backward()
        for name, parameter in model.named_parameters():
            assert parameter.grad is not None, name
            assert parameter.grad.isfinite().all(), name
            assert parameter.grad.any(), name

    def test_weights_follow_the_global_seed(
        self, build: Any, input_shape: Any, num_classes: int, params: Any, size: int
    ) -> None:
        states = []
        for seed in (1, 1, 2):
            torch.manual_seed(seed)
            states.append(build(input_shape=input_shape, num_classes=num_classes, **params).state_dict())
        assert all(torch.equal(states[0][key], states[1][key]) for key in states[0])
        assert not all(torch.equal(states[0][key], states[2][key]) for key in states[0])


def test_mlp_is_a_plain_sequence_in_the_usual_order() -> None:
    layers = mlp(input_shape=(4,), num_classes=3, hidden=[5], dropout=0.5, batch_norm=True)
    kinds = [type(layer) for layer in layers]
    assert kinds == [nn.Flatten, nn.Linear, nn.BatchNorm1d, nn.ReLU, nn.Dropout, nn.Linear]
    assert [type(layer) for layer in mlp(input_shape=(4,), num_classes=3, hidden=[])] == [nn.Flatten, nn.Linear]


def cnn9_by_the_paper(x: Tensor, state: list[Tensor]) -> Tensor:
    """Evaluate the network of Co-teaching's Table 3, given its tensors in order."""
    tensors = iter(state)
    for layer in range(9):
        weight, bias = next(tensors), next(tensors)
        x = F.conv2d(x, weight, bias, padding=1 if layer < 6 else 0)
        gain, shift, mean, var, _ = (next(tensors) for _ in range(5))
        x = F.leaky_relu(F.batch_norm(x, mean, var, gain, shift), 0.01)
        if layer in (2, 5):
            x = F.max_pool2d(x, 2)
    return F.linear(x.mean((2, 3)), next(tensors), next(tensors))


def test_cnn9_is_the_network_of_co_teaching() -> None:
    torch.manual_seed(0)
    model = cnn9(input_shape=(3, 32, 32), num_classes=10)
    model(torch.randn(4, 3, 32, 32))  # moves the running statistics away from 0 and 1
    x = torch.randn(2, 3, 32, 32)
    with torch.no_grad():
        expected = cnn9_by_the_paper(x, list(model.state_dict().values()))
        assert torch.allclose(model.eval()(x), expected, atol=1e-5)
    dropped = [layer.p for layer in model if isinstance(layer, nn.Dropout2d)]
    assert dropped == [0.25, 0.25]


@pytest.mark.parametrize("build", [resnet18, resnet34])
def test_resnets_keep_the_resolution_of_small_images(build: Callable[..., nn.Module]) -> None:
    model = build(input_shape=(1, 32, 32), num_classes=10).eval()
    shapes: dict[str, tuple[int, ...]] = {}
    for name in ("layer1", "layer4"):
        model.get_submodule(name).register_forward_hook(
            lambda _module, _args, out, name=name: shapes.update({name: tuple(out.shape)})
        )
    model(torch.zeros(1, 1, 32, 32))
    assert shapes == {"layer1": (1, 64, 32, 32), "layer4": (1, 512, 4, 4)}


@pytest.mark.parametrize(
    ("build", "input_shape", "params", "message"),
    [
        (mlp, (4,), {"hidden": [5, 0]}, r"^model.hidden = \[5, 0\]: every layer needs at least 1 unit"),
        (mlp, (4,), {"hidden": [5], "dropout": 1.0}, "^model.dropout = 1.0: must be at least 0 and below 1"),
        (cnn_small, (30,), {}, r"^model = cnn_small: needs images .* shape \[30\]; choose model=mlp"),
        (cnn_small, (1, 8, 7), {}, "^model = cnn_small: needs images of at least 8x8 pixels, .* are 8x7"),
        (cnn_small, (1, 8, 8), {"width": 0}, "^model.width = 0: must be at least 1"),
        (cnn9, (3, 27, 32), {}, "^model = cnn9: needs images of at least 28x28 pixels, .* are 27x32"),
        (resnet34, (20,), {}, r"^model = resnet34: needs images"),
    ],
)
def test_bad_values_are_one_line(build: Any, input_shape: Any, params: Any, message: str) -> None:
    with pytest.raises(UserError, match=message) as error:
        build(input_shape=input_shape, num_classes=10, **params)
    assert "\n" not in str(error.value)
