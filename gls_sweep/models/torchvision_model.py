"""Any classification model of torchvision, by name."""

import difflib
from typing import Any

import torch
from torch import nn

from gls_sweep.errors import UserError
from gls_sweep.models.shapes import image_shape

STEM_POOLS = {
    "resnet": "maxpool",
    "resnext": "maxpool",
    "wide_resnet": "maxpool",
    "shufflenet": "maxpool",
    "densenet": "features.pool0",
    "regnet": None,
    "efficientnet": None,
    "mnasnet": None,
    "mobilenet": None,
}
"""Families whose stem is one strided convolution, each with the max-pool that follows it, if any."""


def torchvision_model(
    *, input_shape: tuple[int, ...], num_classes: int, architecture: str, adapt_stem: bool
) -> nn.Module:
    """Build a model of ``torchvision.models`` with random weights, from torch's global generator.

    Parameters
    ----------
    input_shape : tuple of int
        ``(C, H, W)``. Where C is not 3, the first convolution is replaced.
    num_classes : int
        K.
    architecture : str
        A name of ``torchvision.models.list_models(torchvision.models)``. Auxiliary classifiers are left out.
    adapt_stem : bool
        For small images: the first convolution becomes 3x3 with stride 1, and the max-pool after it goes.

    Returns
    -------
    nn.Module
        ``[B, C, H, W]`` to logits ``[B, K]``. A replaced convolution has torch's default initial weights.

    Raises
    ------
    UserError
        If the name is unknown, the stem cannot be adapted, or the model cannot take images of this size.
    """
    image_shape(architecture, input_shape)
    _check_name(architecture)
    pool = _stem_pool(architecture) if adapt_stem else None
    try:
        model = _build(architecture, input_shape, num_classes)
        if adapt_stem or input_shape[0] != 3:
            _replace_first_convolution(model, input_shape[0], adapt_stem)
        if pool is not None:
            model.set_submodule(pool, nn.Identity())
        _dry_run(model, input_shape)
    except (AssertionError, RuntimeError, ValueError) as error:
        reason = str(error).partition("\n")[0]
        raise UserError(
            f"model.architecture = {architecture!r}: cannot take images of shape {list(input_shape)} ({reason}); "
            "choose another architecture or larger images"
        ) from error
    return model


def _check_name(architecture: str) -> None:
    from torchvision import models

    names = models.list_models(module=models)
    if architecture not in names:
        near = difflib.get_close_matches(architecture, names) or names
        raise UserError(f"model.architecture = {architecture!r}: unknown to torchvision; nearest: {', '.join(near)}")


def _build(architecture: str, input_shape: tuple[int, ...], num_classes: int) -> nn.Module:
    from torchvision import models

    options: dict[str, Any] = {}
    if architecture.startswith("vit_"):
        options = {"image_size": input_shape[1]}
    elif architecture == "maxvit_t":
        options = {"input_size": input_shape[1:]}
    elif architecture in {"googlenet", "inception_v3"}:
        options = {"aux_logits": False, "init_weights": True}
    model: nn.Module = models.get_model(architecture, weights=None, num_classes=num_classes, **options)
    return model


def _stem_pool(architecture: str) -> str | None:
    for family, pool in STEM_POOLS.items():
        if architecture.startswith(family):
            return pool
    raise UserError(
        f"model.architecture = {architecture!r}: its stem cannot be adapted; set model.adapt_stem=false "
        f"or choose one of the families {', '.join(STEM_POOLS)}"
    )


def _replace_first_convolution(model: nn.Module, channels: int, adapt: bool) -> None:
    name, old = next((name, module) for name, module in model.named_modules() if isinstance(module, nn.Conv2d))
    shape: dict[str, Any] = {"kernel_size": old.kernel_size, "stride": old.stride, "padding": old.padding}
    if adapt:
        shape = {"kernel_size": 3, "stride": 1, "padding": 1}
    model.set_submodule(name, nn.Conv2d(channels, old.out_channels, **shape, bias=old.bias is not None))


def _dry_run(model: nn.Module, input_shape: tuple[int, ...]) -> None:
    # In evaluation mode, which draws no random numbers and leaves running statistics alone.
    model.eval()
    with torch.no_grad():
        model(torch.zeros(1, *input_shape))
    model.train()
