"""How images and the weights of convolutions lie in memory: channels last, [B, H, W, C] and [O, H, W, I] inside.

By measurement: on one core, a step of `cnn_small` takes a third less time so, one of a ResNet somewhat less; on GPUs it
is the layout that tensor cores take. It changes last bits, therefore it is the rule for all, on every device.
"""

import torch
from torch import Tensor


def channels_last(inputs: Tensor) -> Tensor:
    """Lay out a batch of images [B, C, H, W]; features stay as they are.

    `Tensor.contiguous` would leave images of one channel as they are, and all layers after them.
    """
    return inputs.to(memory_format=torch.channels_last) if inputs.dim() == 4 else inputs


def weights_channels_last(stacked: Tensor) -> Tensor:
    """Lay out the stacked weights of a convolution [R, O, I, H, W]; all others stay as they are."""
    if stacked.dim() != 5:
        return stacked
    return stacked.flatten(0, 1).to(memory_format=torch.channels_last).view_as(stacked)


def copy_like(source: Tensor, like: Tensor) -> Tensor:
    """Copy a tensor to where another one is, laid out as that."""
    return torch.empty_like(like, dtype=source.dtype).copy_(source)
