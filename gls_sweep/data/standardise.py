"""Standardisation with the statistics of the training inputs."""

from dataclasses import dataclass

import torch
from torch import Tensor

from gls_sweep.data.rows import Inputs

CHUNK = 4096  # images looked at a time


@dataclass(frozen=True, eq=False)
class Standardiser:
    """Subtracts the mean and divides by the standard deviation.

    Attributes
    ----------
    mean, std : Tensor
        float64; ``[C, 1, 1]`` on the 0..255 scale for images, ``[D]`` for features.
    """

    mean: Tensor
    std: Tensor

    def to(self, device: torch.device | str) -> "Standardiser":
        """Move the statistics to the device of the inputs."""
        return Standardiser(self.mean.to(device), self.std.to(device))

    def __call__(self, x: Tensor, dtype: torch.dtype) -> Tensor:
        """Standardise ``[..., C, H, W]`` images or ``[..., D]`` features, computed in `dtype`."""
        return (x.to(dtype) - self.mean.to(dtype)) / self.std.to(dtype)


def fit_standardiser(inputs: Inputs) -> Standardiser:
    """Compute mean and population standard deviation in float64.

    Parameters
    ----------
    inputs : Tensor or Rows
        uint8 images ``[N, C, H, W]`` (statistics of each channel) or features ``[N, D]`` (of each feature), N >= 1.

    Returns
    -------
    Standardiser
        A constant channel or feature has a standard deviation of 1.
    """
    mean, variance = _image_moments(inputs) if inputs.ndim == 4 else _feature_moments(inputs[:])
    return Standardiser(mean, torch.where(variance > 0, variance.sqrt(), 1.0))


def _image_moments(images: Inputs) -> tuple[Tensor, Tensor]:
    # Histograms of the 256 values: exact whatever the order of summation, and no float copy of the images.
    counts = sum(_histograms(images[start : start + CHUNK]) for start in range(0, len(images), CHUNK))
    assert isinstance(counts, Tensor)
    values = torch.arange(256, dtype=torch.float64, device=counts.device)
    total = counts.sum(1, keepdim=True)
    mean = (counts * values).sum(1, keepdim=True) / total
    variance = (counts * (values - mean).square()).sum(1, keepdim=True) / total
    return mean[:, :, None], variance[:, :, None]


def _histograms(images: Tensor) -> Tensor:
    return torch.stack([channel.flatten().bincount(minlength=256) for channel in images.unbind(1)]).double()


def _feature_moments(features: Tensor) -> tuple[Tensor, Tensor]:
    # numpy sums in one order, torch in one that depends on the number of threads.
    values = features.double().cpu().numpy()
    mean, variance = torch.from_numpy(values.mean(0)), torch.from_numpy(values.var(0))
    # The mean of equal numbers may be off by a rounding error, which a division by its own size would blow up.
    variance[torch.from_numpy((values == values[0]).all(0))] = 0.0
    return mean.to(features.device), variance.to(features.device)
