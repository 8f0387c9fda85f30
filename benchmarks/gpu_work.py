"""What `benchmarks.gpu` measures: a population of ours on its way, the peer's loop, the device's own rate."""

from __future__ import annotations

import io
import itertools
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.peers import loop
from benchmarks.work import SMOOTH_RATES, arrays_of, build, compose_cells
from gls_sweep.sweep.disk.store import Store
from gls_sweep.sweep.work.pack import PackTrainer
from gls_sweep.training.phase import PhaseRun
from gls_sweep.training.population import fresh_model
from gls_sweep.training.precision import without_tf32


@dataclass(frozen=True)
class Scale:
    """How large everything is.

    Attributes
    ----------
    model
        The large network, of which one cell is timed.
    steps, pack_steps
        In an epoch that is timed of the large network, and of packs of small ones.
    widths
        Of `cnn_small`, for the crossover from vmapped to looped.
    matrix
        Rows and columns of the matrices whose product is timed.
    """

    device: torch.device
    folder: Path
    model: str
    steps: int
    pack_steps: int
    batch_size: int
    cells: int
    widths: Sequence[int]
    matrix: int
    workers: int

    def words(self, model: str, steps: int, *more: str) -> list[str]:
        """Give the words of `gls-sweep` for a model, in one phase with epochs of so many steps."""
        files = [f"dataset.{part}={self.folder / f'{part}.parquet'}" for part in ("train", "test")]
        data = ["dataset=parquet", *files, f"dataset.limit={steps * self.batch_size}", "dataset.augment=true"]
        sizes = ["dataset.val_fraction=0", "schedule=direct", f"schedule.batch_size={self.batch_size}"]
        return [*data, *sizes, f"model={model}", f"device={self.device}", "noise.rate=0.4", "seed=0", *more]

    @staticmethod
    def rates(cells: int) -> str:
        """Give the word for so many cells, that differ in their smooth rates."""
        return f"loss.smooth_rate={','.join(f'{rate:g}' for rate in SMOOTH_RATES[:cells])}"


def make_run(words: Sequence[str]) -> PhaseRun:
    """Put the cells that words ask for on their way, as a worker does with a pack."""
    cells = compose_cells(words)
    trainer = PackTrainer(Store(Path(tempfile.gettempdir())), cells[0], lambda stage, epoch: None)
    model = fresh_model(trainer._build, 0, trainer._data.dtype).to(trainer._data.device)
    weights = [trainer._fresh(cell.config.seed) for cell in cells]
    return trainer._make_run(model, [cell.stages[-1] for cell in cells], weights, {})


def count_parameters(words: Sequence[str]) -> int:
    """Count the parameters of the network that words ask for."""
    return sum(parameter.numel() for parameter in build(compose_cells(words)[0]).parameters())


def epochs_of(run: PhaseRun) -> Callable[[], object]:
    """Give a function that trains one epoch more, without evaluation."""
    count = itertools.count(1)
    run._optimizer.learning_rate = 1e-3

    def epoch() -> object:
        with without_tf32():
            return run._train_epoch(next(count))

    return epoch


def peer_epochs(scale: Scale, tf32: bool) -> Callable[[], None]:
    """Give a function that trains one epoch more of the plain loop with its DataLoader, without evaluation."""
    cell = compose_cells(scale.words(scale.model, scale.steps))[0]
    arrays = arrays_of(cell, augment=True)
    labels = np.zeros(len(arrays.train_inputs), np.int64)  # what they are makes no difference to the time
    arrays.train_labels[0.4, 0], arrays.val_labels[0.4, 0] = labels, labels[:0]
    options = loop.CellOptions(0.0, 0.4, 0, scale.model, batch_size=scale.batch_size, workers=scale.workers)
    batches = loop.loaders(arrays, options)["train"]
    model = loop.make_model(options, arrays).to(scale.device)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9)

    def epoch() -> None:
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = tf32
        model.train()
        for x, y in batches:
            optimizer.zero_grad()
            loop.gls(model(x.to(scale.device)), y.to(scale.device), 0.0).backward()  # type: ignore[no-untyped-call]
            optimizer.step()

    return epoch


class Clock:
    """Shares out what is left of the minutes among the calls that are still to be timed."""

    def __init__(self, device: torch.device, seconds: float, calls: int) -> None:
        self._device, self._ends, self._left = device, time.perf_counter() + seconds, calls

    def seconds(self, run: Callable[[], object]) -> float:
        """Give the median seconds of a call, after one that does not count; once at least, however late it is."""
        self._run(run)
        now = time.perf_counter()
        share = (self._ends - now) / max(1, self._left) / 2  # the other half is for what comes before the clock starts
        self._left -= 1
        taken = [self._run(run)]
        while time.perf_counter() < now + share:
            taken.append(self._run(run))
        return statistics.median(taken)

    def _run(self, run: Callable[[], object]) -> float:
        started = time.perf_counter()
        run()
        if self._device.type == "cuda":
            torch.cuda.synchronize(self._device)
        return time.perf_counter() - started


def waits_in(epoch: Callable[[], object]) -> int:
    """Count how often the processor waits for the GPU in an epoch, the first of which allocates memory."""
    epoch()
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        torch.cuda.set_sync_debug_mode("warn")
        try:
            epoch()
        finally:
            torch.cuda.set_sync_debug_mode("default")
    return sum("synchroniz" in str(warning.message) for warning in seen)


def matrix_rate(scale: Scale, clock: Clock) -> float:
    """Measure the FLOP/s of bfloat16 products of random matrices."""
    a, b = (torch.randn(scale.matrix, scale.matrix, device=scale.device, dtype=torch.bfloat16) for _ in range(2))
    repeats = 10

    def products() -> None:
        for _ in range(repeats):
            a @ b

    return 2 * scale.matrix**3 * repeats / clock.seconds(products)


def flops_a_step(scale: Scale) -> int:
    """Count what a step of the large network takes forwards and backwards, of products and convolutions."""
    with FlopCounterMode(display=False) as counter:
        epochs_of(make_run(scale.words(scale.model, 1)))()
    return int(counter.get_total_flops())


def write_random_images(folder: Path, count: int) -> None:
    """Write files as CIFAR-10's, for a run that needs no data."""
    import pandas as pd
    from PIL import Image

    rng = np.random.default_rng(0)
    for part in ("train", "test"):
        images = []
        for pixels in rng.integers(0, 256, (count, 32, 32, 3), dtype=np.uint8):
            file = io.BytesIO()
            Image.fromarray(pixels).save(file, format="PNG")
            images.append({"bytes": file.getvalue(), "path": None})
        pd.DataFrame({"img": images, "label": np.arange(count) % 10}).to_parquet(folder / f"{part}.parquet")
