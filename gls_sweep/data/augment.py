"""Random crop and horizontal flip of whole batches, on the device that holds them."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor


@dataclass(frozen=True)
class Augmentation:
    """How training images are augmented.

    Attributes
    ----------
    crop_padding : int
        Black pixels added on each side before a crop of the original size, at least 0.
    flip : bool
        Mirror left and right with chance 1/2.
    """

    crop_padding: int
    flip: bool


CROP_AND_FLIP = Augmentation(crop_padding=4, flip=True)
"""The usual augmentation of CIFAR: ``RandomCrop(32, padding=4)`` and ``RandomHorizontalFlip()``."""


@dataclass(frozen=True, eq=False)
class AugmentationDraw:
    """The random part of an augmentation, one entry a sample; indexing picks samples.

    Attributes
    ----------
    dy, dx : Tensor
        Top and left corner of the crop in the padded image, ``[N]`` int64 in ``0..2 * padding``.
    flip : Tensor
        ``[N]`` bool.
    padding : int
    """

    dy: Tensor
    dx: Tensor
    flip: Tensor
    padding: int

    def __len__(self) -> int:
        """Count the samples."""
        return len(self.dy)

    def to(self, device: torch.device) -> "AugmentationDraw":
        """Move the draws to the device of the images."""
        return AugmentationDraw(self.dy.to(device), self.dx.to(device), self.flip.to(device), self.padding)

    def __getitem__(self, samples: slice | Tensor) -> "AugmentationDraw":
        """Pick the samples of a batch."""
        return AugmentationDraw(self.dy[samples], self.dx[samples], self.flip[samples], self.padding)


def draw_augmentation(n: int, augmentation: Augmentation, generator: torch.Generator) -> AugmentationDraw:
    """Draw crops and flips for `n` samples, on the generator's device."""
    device = generator.device
    offsets = torch.randint(2 * augmentation.crop_padding + 1, (2, n), generator=generator, device=device)
    flip = torch.randint(2, (n,), generator=generator, device=device).bool() & augmentation.flip
    return AugmentationDraw(offsets[0], offsets[1], flip, augmentation.crop_padding)


def augment(images: Tensor, draw: AugmentationDraw) -> Tensor:
    """Crop and flip a batch as drawn: zero padding, crop of the original size, then the flip.

    Parameters
    ----------
    images : Tensor
        ``[B, C, H, W]`` of any type, usually uint8.
    draw : AugmentationDraw
        Of length B, on the same device.

    Returns
    -------
    Tensor
        ``[B, C, H, W]``; equal to torchvision's ``pad``, ``crop`` and ``hflip`` of each image.
    """
    batch, channels, height, width = images.shape
    padded = F.pad(images, [draw.padding] * 4)
    rows = draw.dy[:, None] + torch.arange(height, device=images.device)
    columns = torch.arange(width, device=images.device)
    columns = draw.dx[:, None] + torch.where(draw.flip[:, None], width - 1 - columns, columns)
    pixels = rows[:, :, None] * padded.shape[3] + columns[:, None, :]
    # Every channel reads the same pixels, so one index plane is shared by expanding it.
    index = pixels.view(batch, 1, height * width).expand(-1, channels, -1)
    return padded.view(batch, channels, -1).gather(2, index).view_as(images)
