"""Batched augmentation against torchvision's, image by image."""

import pytest
import torch
from torchvision.transforms import functional as tv

from gls_sweep.data import Augmentation, AugmentationDraw, augment, draw_augmentation


def images(n: int, channels: int = 3, height: int = 32, width: int = 32) -> torch.Tensor:
    generator = torch.Generator().manual_seed(5)
    return torch.randint(256, (n, channels, height, width), dtype=torch.uint8, generator=generator)


def one_by_one(batch: torch.Tensor, draw: AugmentationDraw) -> torch.Tensor:
    _, _, height, width = batch.shape
    out = []
    for image, dy, dx, flip in zip(batch, draw.dy.tolist(), draw.dx.tolist(), draw.flip.tolist(), strict=True):
        crop = tv.crop(tv.pad(image, [draw.padding]), dy, dx, height, width)
        out.append(tv.hflip(crop) if flip else crop)
    return torch.stack(out)


@pytest.mark.parametrize(("channels", "height", "width", "padding"), [(3, 32, 32, 4), (1, 8, 11, 2), (3, 5, 4, 6)])
@pytest.mark.parametrize("flip", [False, True])
def test_equals_torchvision(channels: int, height: int, width: int, padding: int, flip: bool) -> None:
    batch = images(200, channels, height, width)
    draw = draw_augmentation(200, Augmentation(padding, flip), torch.Generator().manual_seed(0))
    augmented = augment(batch, draw)
    assert augmented.dtype == torch.uint8
    assert torch.equal(augmented, one_by_one(batch, draw))


def test_draws_cover_every_offset_evenly() -> None:
    draw = draw_augmentation(9000, Augmentation(4, True), torch.Generator().manual_seed(0))
    for offsets in (draw.dy, draw.dx):
        counts = offsets.bincount()
        assert counts.shape == (9,)
        assert (counts - 1000).abs().max() < 150
    assert abs(draw.flip.float().mean() - 0.5) < 0.02
    assert not torch.equal(draw.dy, draw.dx)


def test_without_flip_or_padding_nothing_changes() -> None:
    batch = images(10)
    draw = draw_augmentation(10, Augmentation(0, False), torch.Generator().manual_seed(0))
    assert torch.equal(augment(batch, draw), batch)


def test_batches_of_one_draw_agree_with_the_whole() -> None:
    batch = images(10)
    draw = draw_augmentation(10, Augmentation(4, True), torch.Generator().manual_seed(0))
    order = torch.randperm(10, generator=torch.Generator().manual_seed(1))
    parts = [augment(batch[order[:7]], draw[order[:7]]), augment(batch[order[7:]], draw[order[7:]])]
    assert torch.equal(torch.cat(parts), augment(batch, draw)[order])
    assert len(draw[2:5]) == 3


def test_the_same_generator_state_draws_the_same_whether_flips_are_used_or_not() -> None:
    with_flip, without = (
        draw_augmentation(50, Augmentation(4, flip), torch.Generator().manual_seed(0)) for flip in (True, False)
    )
    assert torch.equal(with_flip.dy, without.dy)
    assert with_flip.flip.any()
    assert not without.flip.any()
