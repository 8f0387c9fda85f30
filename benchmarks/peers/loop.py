"""One cell the way training scripts do it: a DataLoader with torchvision's transforms, a loop, an evaluation an epoch.

The warm-up is trained anew by each cell, as scripts do that have a smooth rate as an option.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

from benchmarks.peers.arrays import Array, Arrays


@dataclass(frozen=True)
class CellOptions:
    """What tells a cell from others, and how long it trains."""

    smooth_rate: float
    noise_rate: float
    seed: int
    model: str
    hidden: tuple[int, ...] = (64, 64)
    warmup_epochs: int = 40
    main_epochs: int = 10
    batch_size: int = 128
    workers: int = 0

    @property
    def name(self) -> dict[str, float]:
        """Name it among the cells of a sweep."""
        return {"noise_rate": self.noise_rate, "smooth_rate": self.smooth_rate, "seed": self.seed}


class Samples(Dataset[tuple[Tensor, Tensor]]):
    """Images as PIL images through transforms, or rows of features."""

    def __init__(self, inputs: Array, labels: Array, transform: Any) -> None:
        self._inputs, self._labels, self._transform = inputs, labels, transform

    def __len__(self) -> int:
        """Count the samples."""
        return len(self._inputs)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        """Give one sample."""
        return self._transform(self._inputs[index]), self._labels[index]


def train_transform(arrays: Arrays) -> Any:
    """Give what is done to training samples."""
    if not arrays.augment:
        return test_transform(arrays)
    steps = [transforms.RandomCrop(arrays.train_inputs.shape[-1], padding=4), transforms.RandomHorizontalFlip()]
    return transforms.Compose([to_image, *steps, *as_tensor(arrays)])


def test_transform(arrays: Arrays) -> Any:
    """Give what is done to other samples."""
    if arrays.train_inputs.ndim == 2:
        return torch.from_numpy
    return transforms.Compose([to_image, *as_tensor(arrays)])


def to_image(pixels: Array) -> Image.Image:
    """Make a PIL image of one sample, which is what torchvision's data sets hand to their transforms."""
    return Image.fromarray(pixels[0] if len(pixels) == 1 else np.ascontiguousarray(pixels.transpose(1, 2, 0)))


def as_tensor(arrays: Arrays) -> list[Any]:
    """Give the transforms from an image to standardised floats."""
    mean, std = (values.reshape(-1).tolist() for values in (arrays.mean / 255, arrays.std / 255))
    return [transforms.ToTensor(), transforms.Normalize(mean, std)]


def loaders(arrays: Arrays, cell: CellOptions) -> dict[str, DataLoader[tuple[Tensor, Tensor]]]:
    """Give the loaders of the three splits."""
    key = (cell.noise_rate, cell.seed)
    plain = test_transform(arrays)
    splits = {
        "train": Samples(arrays.train_inputs, arrays.train_labels[key], train_transform(arrays)),
        "val": Samples(arrays.val_inputs, arrays.val_labels[key], plain),
        "test": Samples(arrays.test_inputs, arrays.test_labels, plain),
    }
    kept = cell.workers > 0
    return {
        name: DataLoader(
            samples,
            batch_size=cell.batch_size if name == "train" else 512,
            shuffle=name == "train",
            num_workers=cell.workers,
            persistent_workers=kept,
        )
        for name, samples in splits.items()
    }


def make_model(cell: CellOptions, arrays: Arrays) -> nn.Module:
    """Build the network that our cells train."""
    from gls_sweep import models

    shape, classes = arrays.train_inputs.shape[1:], arrays.num_classes
    if cell.model == "mlp":
        return models.mlp(input_shape=shape, num_classes=classes, hidden=cell.hidden)
    network: nn.Module = getattr(models, cell.model)(input_shape=shape, num_classes=classes)
    return network


def gls(logits: Tensor, labels: Tensor, smooth_rate: float) -> Tensor:
    """Give the mean loss of a batch."""
    log_p = logits.log_softmax(-1)
    right = log_p.gather(-1, labels.unsqueeze(-1)).squeeze(-1)
    return -((1 - smooth_rate) * right + smooth_rate * log_p.mean(-1)).mean()


@torch.no_grad()
def accuracy(model: nn.Module, loader: DataLoader[tuple[Tensor, Tensor]], device: torch.device) -> float:
    """Give the share of right predictions."""
    model.eval()
    right = sum(int((model(x.to(device)).argmax(-1) == y.to(device)).sum()) for x, y in loader)
    return right / len(loader.dataset)  # type: ignore[arg-type]


def train_cell(arrays: Arrays, cell: CellOptions, device: str = "cpu") -> list[dict[str, float]]:
    """Train one cell; gives its accuracies, a row an epoch."""
    torch.manual_seed(cell.seed)
    where, data = torch.device(device), loaders(arrays, cell)
    model = make_model(cell, arrays).to(where)
    history = []
    for epochs, rate, smooth_rate in ((cell.warmup_epochs, 0.1, 0.0), (cell.main_epochs, 0.001, cell.smooth_rate)):
        optimizer = torch.optim.SGD(model.parameters(), lr=rate, momentum=0.9)
        for _ in range(epochs):
            model.train()
            for x, y in data["train"]:
                optimizer.zero_grad()
                gls(model(x.to(where)), y.to(where), smooth_rate).backward()  # type: ignore[no-untyped-call]
                optimizer.step()
            history.append(
                {split: accuracy(model, loader, where) for split, loader in data.items() if split != "train"}
            )
    return history
