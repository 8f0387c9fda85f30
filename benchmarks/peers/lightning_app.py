"""(c) A Lightning module with its DataLoaders, one process for all its cells.

python -m benchmarks.peers.lightning_app arrays.npz --noise-rates 0.2 --smooth-rates -0.8 0 --seeds 0
"""

import argparse
import itertools
import json
import logging
import warnings
from pathlib import Path
from typing import Any

import lightning
import torch
from torch import Tensor

from benchmarks.peers import arrays, loop


class Cell(lightning.LightningModule):  # type: ignore[misc]
    """A network with its loss, optimiser and metrics."""

    def __init__(self, data: arrays.Arrays, cell: loop.CellOptions) -> None:
        super().__init__()
        self.model = loop.make_model(cell, data)
        self.rate, self.smooth_rate = 0.1, 0.0

    def training_step(self, batch: tuple[Tensor, Tensor], _: int) -> Tensor:
        """Give the loss of a batch."""
        return loop.gls(self.model(batch[0]), batch[1], self.smooth_rate)

    def validation_step(self, batch: tuple[Tensor, Tensor], _: int, dataloader_idx: int = 0) -> None:
        """Count right predictions on the validation and test sets."""
        right = (self.model(batch[0]).argmax(-1) == batch[1]).float().mean()
        name = ("val", "test")[dataloader_idx]
        self.log(name, right, on_epoch=True, add_dataloader_idx=False, batch_size=len(batch[1]))

    def configure_optimizers(self) -> torch.optim.Optimizer:
        """Give the optimiser of the phase."""
        return torch.optim.SGD(self.parameters(), lr=self.rate, momentum=0.9)


def train(data: arrays.Arrays, cell: loop.CellOptions) -> dict[str, float]:
    """Train one cell: a fit for each phase."""
    lightning.seed_everything(cell.seed, verbose=False)
    own, module = loop.loaders(data, cell), Cell(data, cell)
    phases = ((cell.warmup_epochs, 0.1, 0.0), (cell.main_epochs, 0.001, cell.smooth_rate))
    last: dict[str, float] = {}
    for epochs, module.rate, module.smooth_rate in phases:
        quiet: dict[str, Any] = dict.fromkeys(
            ("logger", "enable_checkpointing", "enable_progress_bar", "enable_model_summary"), False
        )
        trainer = lightning.Trainer(max_epochs=epochs, accelerator="cpu", num_sanity_val_steps=0, **quiet)
        trainer.fit(module, own["train"], [own["val"], own["test"]])
        last = {name: float(value) for name, value in trainer.callback_metrics.items()}
    return last


def main() -> None:
    """Train the cells one after the other, print their last accuracies, a line each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--noise-rates", type=float, nargs="+", default=[0.2])
    parser.add_argument("--smooth-rates", type=float, nargs="+", default=[0.0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--model", default="mlp")
    parser.add_argument("--warmup-epochs", type=int, default=40)
    parser.add_argument("--main-epochs", type=int, default=10)
    words = parser.parse_args()
    warnings.filterwarnings("ignore")
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    data = arrays.load(words.file)
    for noise_rate, smooth_rate, seed in itertools.product(words.noise_rates, words.smooth_rates, words.seeds):
        lengths = {"warmup_epochs": words.warmup_epochs, "main_epochs": words.main_epochs}
        cell = loop.CellOptions(smooth_rate, noise_rate, seed, words.model, **lengths)
        print(json.dumps(cell.name | train(data, cell)), flush=True)


if __name__ == "__main__":
    main()
