"""Images a second: augmented in batches, or by torchvision's transforms in the workers of a DataLoader.

python -m benchmarks.pipeline ours|loader
"""

import sys
import time
from collections.abc import Callable

import numpy as np
import torch

COUNT, BATCH = 10_000, 128


def main() -> None:
    """Print the rate."""
    pixels = np.random.default_rng(0).integers(0, 256, (COUNT, 3, 32, 32), dtype=np.uint8)
    kind, epochs = (batched(pixels), 5) if sys.argv[1] == "ours" else (loaded(pixels), 2)
    kind()
    started = time.perf_counter()
    for _ in range(epochs):
        kind()
    print(epochs * COUNT / (time.perf_counter() - started))


def batched(pixels: np.ndarray) -> Callable[[], None]:
    """Give an epoch of crops, flips and standardisation of whole batches, as the engine does it."""
    from gls_sweep.data import augment, draw_augmentation
    from gls_sweep.data.augment import CROP_AND_FLIP

    images, generator = torch.from_numpy(pixels), torch.Generator().manual_seed(0)

    def epoch() -> None:
        order, draw = torch.randperm(COUNT, generator=generator), draw_augmentation(COUNT, CROP_AND_FLIP, generator)
        for start in range(0, COUNT, BATCH):
            where = slice(start, start + BATCH)
            augment(images[order[where]], draw[where]).float().sub_(120).div_(60)

    return epoch


def loaded(pixels: np.ndarray) -> Callable[[], None]:
    """Give an epoch of a DataLoader with two workers."""
    from torch.utils.data import DataLoader

    from benchmarks.peers import loop
    from benchmarks.peers.arrays import Arrays

    labels, scale = np.zeros(COUNT, np.int64), np.full(3, 60.0)
    arrays = Arrays(pixels, pixels, pixels, labels, {}, {}, scale, scale, 10, True)
    samples = loop.Samples(pixels, labels, loop.train_transform(arrays))
    loader = DataLoader(samples, BATCH, shuffle=True, num_workers=2, persistent_workers=True)

    def epoch() -> None:
        for _ in loader:
            pass

    return epoch


if __name__ == "__main__":
    main()
