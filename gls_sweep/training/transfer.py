"""Copies to the device that the processor does not wait for."""

import torch
from torch import Tensor

from gls_sweep.data import AugmentationDraw


def send(tensor: Tensor, device: torch.device) -> Tensor:
    """Send a tensor of the CPU's; to a GPU from pinned memory, while the processor goes on."""
    return tensor.pin_memory().to(device, non_blocking=True) if device.type == "cuda" else tensor.to(device)


def send_draw(draw: AugmentationDraw, device: torch.device) -> AugmentationDraw:
    """Send the random part of an augmentation."""
    return AugmentationDraw(send(draw.dy, device), send(draw.dx, device), send(draw.flip, device), draw.padding)
