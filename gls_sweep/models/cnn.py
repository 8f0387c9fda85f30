"""Plain convolutional networks, as sequences of layers."""

from torch import nn

from gls_sweep.errors import UserError
from gls_sweep.models.shapes import image_shape


def cnn_small(*, input_shape: tuple[int, ...], num_classes: int, width: int = 16) -> nn.Sequential:
    """Build a small network for images of 8x8 pixels and up, from torch's global generator.

    Three 3x3 convolutions of `width`, 2 `width` and 4 `width` channels with batch normalisation and ReLU, a max-pool
    after each of the first two, global average, linear.

    Parameters
    ----------
    input_shape : tuple of int
        ``(C, H, W)``.
    num_classes : int
        K.
    width : int
        Channels of the first convolution, at least 1.

    Returns
    -------
    nn.Sequential
        ``[B, C, H, W]`` to logits ``[B, K]``.

    Raises
    ------
    UserError
        If the inputs are no images or too small, or `width` is below 1.
    """
    channels, _, _ = image_shape("cnn_small", input_shape, smallest=8)
    if width < 1:
        raise UserError(f"model.width = {width}: must be at least 1")
    return nn.Sequential(
        *_small_block(channels, width),
        nn.MaxPool2d(2),
        *_small_block(width, 2 * width),
        nn.MaxPool2d(2),
        *_small_block(2 * width, 4 * width),
        *_head(4 * width, num_classes),
    )


def cnn9(*, input_shape: tuple[int, ...], num_classes: int) -> nn.Sequential:
    """Build the 9-layer network of Co-teaching, also used by the GLS code, from torch's global generator.

    Source: Han et al., "Co-teaching", NeurIPS 2018, Table 3 and ``model.py`` of their code. Three differences: that
    code calls ``dropout2d`` without its `training` flag, so it drops channels in evaluation too, which is not done
    here; its last pooling assumes square images, here it is a global average; its unused ``top_bn`` is left out.

    Parameters
    ----------
    input_shape : tuple of int
        ``(C, H, W)`` with H and W at least 28: the last three convolutions are unpadded.
    num_classes : int
        K.

    Returns
    -------
    nn.Sequential
        ``[B, C, H, W]`` to logits ``[B, K]``.

    Raises
    ------
    UserError
        If the inputs are no images or too small.
    """
    channels, _, _ = image_shape("cnn9", input_shape, smallest=28)
    return nn.Sequential(
        *_cnn9_block(channels, 128),
        *_cnn9_block(128, 128),
        *_cnn9_block(128, 128),
        nn.MaxPool2d(2),
        nn.Dropout2d(0.25),
        *_cnn9_block(128, 256),
        *_cnn9_block(256, 256),
        *_cnn9_block(256, 256),
        nn.MaxPool2d(2),
        nn.Dropout2d(0.25),
        *_cnn9_block(256, 512, padding=0),
        *_cnn9_block(512, 256, padding=0),
        *_cnn9_block(256, 128, padding=0),
        *_head(128, num_classes),
    )


def _small_block(channels: int, width: int) -> list[nn.Module]:
    # Batch normalisation subtracts any bias of the convolution.
    return [nn.Conv2d(channels, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]


def _cnn9_block(channels: int, width: int, padding: int = 1) -> list[nn.Module]:
    return [nn.Conv2d(channels, width, 3, padding=padding), nn.BatchNorm2d(width), nn.LeakyReLU(0.01)]


def _head(width: int, num_classes: int) -> list[nn.Module]:
    return [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(width, num_classes)]
