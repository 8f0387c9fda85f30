"""Torchvision's architectures by name, with their stems adapted or not."""

import pytest
import torch
from torch import nn
from torchvision import models

from gls_sweep.errors import UserError
from gls_sweep.models import torchvision_model

ONE_OF_EACH_ADAPTABLE_FAMILY = [
    "resnet18",
    "resnext50_32x4d",
    "wide_resnet50_2",
    "shufflenet_v2_x0_5",
    "densenet121",
    "regnet_x_400mf",
    "efficientnet_b0",
    "mnasnet0_5",
    "mobilenet_v2",
    "mobilenet_v3_small",
]


def first_convolution(model: nn.Module) -> nn.Conv2d:
    return next(module for module in model.modules() if isinstance(module, nn.Conv2d))


@pytest.mark.parametrize("architecture", ONE_OF_EACH_ADAPTABLE_FAMILY)
@pytest.mark.parametrize("channels", [1, 3])
def test_adapted_stems_keep_the_resolution(architecture: str, channels: int) -> None:
    model = torchvision_model(input_shape=(channels, 16, 16), num_classes=4, architecture=architecture, adapt_stem=True)
    stem = first_convolution(model)
    assert (stem.in_channels, stem.kernel_size, stem.stride, stem.padding) == (channels, (3, 3), (1, 1), (1, 1))
    assert not any(isinstance(module, nn.MaxPool2d) for module in model.modules())
    assert model.training
    assert model(torch.randn(2, channels, 16, 16)).shape == (2, 4)


@pytest.mark.parametrize("architecture", ["resnet18", "googlenet", "squeezenet1_1", "convnext_tiny", "swin_t"])
def test_stems_left_alone_are_torchvisions(architecture: str) -> None:
    with torch.device("meta"):
        options = {"init_weights": True} if architecture == "googlenet" else {}
        original = models.get_model(architecture, weights=None, num_classes=5, **options)
    model = torchvision_model(input_shape=(3, 64, 64), num_classes=5, architecture=architecture, adapt_stem=False)
    theirs = {name: value.shape for name, value in original.state_dict().items() if not name.startswith("aux")}
    assert {name: value.shape for name, value in model.state_dict().items()} == theirs
    assert model(torch.randn(2, 3, 64, 64)).shape == (2, 5)


def test_other_channels_replace_only_the_input_of_the_first_convolution() -> None:
    model = torchvision_model(input_shape=(2, 40, 40), num_classes=3, architecture="squeezenet1_1", adapt_stem=False)
    stem, original = first_convolution(model), first_convolution(models.squeezenet1_1(weights=None))
    assert (stem.in_channels, stem.out_channels, stem.stride) == (2, original.out_channels, original.stride)
    assert (stem.bias is None) == (original.bias is None)
    assert model(torch.randn(2, 2, 40, 40)).shape == (2, 3)


def test_vision_transformers_take_the_size_of_the_images() -> None:
    model = torchvision_model(input_shape=(3, 32, 32), num_classes=3, architecture="vit_b_16", adapt_stem=False)
    assert model(torch.randn(2, 3, 32, 32)).shape == (2, 3)


def test_building_leaves_the_running_statistics_fresh() -> None:
    model = torchvision_model(input_shape=(3, 32, 32), num_classes=3, architecture="resnet18", adapt_stem=True)
    assert all(int(value) == 0 for name, value in model.named_buffers() if name.endswith("num_batches_tracked"))


@pytest.mark.parametrize(
    ("architecture", "adapt_stem", "message"),
    [
        ("resnet43", False, r"^model.architecture = 'resnet43': unknown to torchvision; nearest: .*resnet34"),
        ("zzz", False, r"unknown to torchvision; nearest: alexnet, .*wide_resnet50_2$"),
        ("fcn_resnet50", False, "unknown to torchvision; nearest: .*resnet50"),
        ("vit_b_16", True, r"^model.architecture = 'vit_b_16': its stem cannot be adapted; set model.adapt_stem=false"),
        (
            "alexnet",
            False,
            r"^model.architecture = 'alexnet': cannot take images of shape \[3, 24, 24\] \(.+\); choose",
        ),
        ("vit_b_16", False, r"^model.architecture = 'vit_b_16': cannot take images of shape \[3, 24, 24\]"),
        ("maxvit_t", False, r"^model.architecture = 'maxvit_t': cannot take images of shape \[3, 24, 24\]"),
    ],
)
def test_bad_values_are_one_line(architecture: str, adapt_stem: bool, message: str) -> None:
    with pytest.raises(UserError, match=message) as error:
        torchvision_model(input_shape=(3, 24, 24), num_classes=10, architecture=architecture, adapt_stem=adapt_stem)
    assert "\n" not in str(error.value)
