"""ResNets in their CIFAR form: a 3x3 stem of stride 1 and no max-pool."""

from torch import nn

from gls_sweep.models.torchvision_model import torchvision_model


def resnet18(*, input_shape: tuple[int, ...], num_classes: int) -> nn.Module:
    """Build ResNet18 in its CIFAR form; see `resnet34`."""
    return torchvision_model(input_shape=input_shape, num_classes=num_classes, architecture="resnet18", adapt_stem=True)


def resnet34(*, input_shape: tuple[int, ...], num_classes: int) -> nn.Module:
    """Build ResNet34 in its CIFAR form, 21.28 M parameters at 10 classes, from torch's global generator.

    Source: He et al., "Deep residual learning for image recognition", CVPR 2016. The layers are those that the GLS
    paper trains; the initial weights are torchvision's (He et al., 2015), where CIFAR code bases mostly leave torch's
    default.

    Parameters
    ----------
    input_shape : tuple of int
        ``(C, H, W)``.
    num_classes : int
        K.

    Returns
    -------
    nn.Module
        ``[B, C, H, W]`` to logits ``[B, K]``.

    Raises
    ------
    UserError
        If the inputs are no images.
    """
    return torchvision_model(input_shape=input_shape, num_classes=num_classes, architecture="resnet34", adapt_stem=True)
