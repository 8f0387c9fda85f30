"""Measure training on a GPU: python -m benchmarks.gpu --cifar FOLDER [--minutes 10] [--out FILE].

FOLDER has train.parquet and test.parquet of CIFAR-10. One ResNet34 cell against a plain loop with a DataLoader, its
share of the device's bfloat16 rate, `cnn_small` cells packed against one by one, the crossover from vmapped to looped,
and the time of the paper's grid, extrapolated. All but the grid count training steps only, without evaluation. What
fails says so, and the rest goes on. --small does all of it in a minute with small networks on random images: a check of
the script itself.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import torch

from benchmarks.gpu_work import (
    Clock,
    Scale,
    count_parameters,
    epochs_of,
    flops_a_step,
    make_run,
    matrix_rate,
    peer_epochs,
    waits_in,
    write_random_images,
)
from benchmarks.machine import describe_machine

TRAIN, TEST = 50_000, 10_000
WARMUP, MAIN, SMOOTH, NOISE = 120, 100, 14, 3  # epochs of schedule=paper_warmup, and rates of the paper's grid
OURS = {
    "float32": (),
    "bfloat16": ("precision=bfloat16",),
    "bfloat16, compiled": ("precision=bfloat16", "launcher.compile=true"),
}


def main() -> None:
    """Measure everything and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cifar", type=Path, help="folder with train.parquet and test.parquet")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--out", type=Path, help="append the tables to this file")
    words = parser.parse_args()
    if words.cifar is None and not words.small:
        parser.error("--cifar FOLDER is needed, or --small")
    if words.device.startswith("cuda") and not torch.cuda.is_available():
        parser.error("--device: there is no GPU; --device cpu --small tries the script without one")
    if not words.small and not (words.cifar / "train.parquet").exists():
        parser.error(f"--cifar {words.cifar}: holds no train.parquet")
    lines = []
    with tempfile.TemporaryDirectory() as scratch:
        scale = small_scale(words.device, Path(scratch)) if words.small else full_scale(words.device, words.cifar)
        for line in Measurement(scale, 0.1 if words.small else words.minutes).lines():
            lines.append(line)
            print(line, flush=True)
    if words.out:
        with words.out.open("a", encoding="utf-8") as file:
            file.write("\n" + "\n".join(lines) + "\n")


def full_scale(device: str, cifar: Path) -> Scale:
    """Give the sizes of the real thing."""
    sizes = {"steps": 100, "pack_steps": 20, "batch_size": 128, "cells": 14, "matrix": 8192, "workers": 4}
    return Scale(torch.device(device), cifar, "resnet34", widths=(8, 16, 32, 64, 128), **sizes)


def small_scale(device: str, folder: Path) -> Scale:
    """Give the sizes of a check of the script, and write its images."""
    sizes = {"steps": 2, "pack_steps": 2, "batch_size": 16, "cells": 2, "matrix": 64, "workers": 1}
    write_random_images(folder, 32)
    return Scale(torch.device(device), folder, "cnn_small", widths=(2, 4), **sizes)


class Measurement:
    """All that is measured, part by part.

    Attributes
    ----------
    speeds : dict of str to float
        Images a second, by who trained.
    """

    def __init__(self, scale: Scale, minutes: float) -> None:
        self._scale = scale
        self._clock = Clock(scale.device, 60 * minutes, 9 + 2 * len(scale.widths))
        self.speeds: dict[str, float] = {}

    def lines(self) -> Iterator[str]:
        """Measure, giving the lines of tables as they come."""
        yield f"## GPU: {date.today()}, {describe_machine()}"
        for part in (self.one_cell, self.waits, self.limits, self.packs, self.crossover, self.grid):
            yield ""
            try:
                yield from part()
            except Exception as error:
                yield f"| failed | {first_line(error)} |"

    def one_cell(self) -> Iterator[str]:
        """Train the large network, by a plain loop and by ours."""
        scale = self._scale
        yield from (f"### One cell, {scale.model}, batch {scale.batch_size}, training steps only", "")
        yield from ("| | images/s | |", "|---|---|---|")
        for tf32 in (False, True):
            name = f"plain loop, {scale.workers} workers, {'TF32' if tf32 else 'float32'}"
            yield self._speed(name, lambda tf32=tf32: peer_epochs(scale, tf32))  # type: ignore[misc]
        for name, more in OURS.items():
            words = scale.words(scale.model, scale.steps, *more)
            yield self._speed(f"ours, {name}", lambda words=words: epochs_of(make_run(words)))  # type: ignore[misc]

    def _speed(self, name: str, make: Callable[[], Callable[[], object]]) -> str:
        """Time an epoch; gives its line, with the ratio to the first line."""
        scale = self._scale
        try:
            self.speeds[name] = scale.steps * scale.batch_size / self._clock.seconds(make())
        except Exception as error:
            return f"| {name} | failed | {first_line(error)} |"
        return f"| {name} | {self.speeds[name]:,.0f} | {self.speeds[name] / next(iter(self.speeds.values())):.2f} x |"

    def waits(self) -> Iterator[str]:
        """Count where the processor waits for the GPU in an epoch of several steps."""
        if self._scale.device.type != "cuda":
            return
        yield from ("### Waits of the processor for the GPU in an epoch", "", "| | |", "|---|---|")
        large = self._scale.words(self._scale.model, 10, "precision=bfloat16")
        small = self._scale.words("cnn_small", 10, "precision=bfloat16", self._scale.rates(self._scale.cells))
        for name, words in ((self._scale.model, large), ("cnn_small, packed", small)):
            yield f"| {name} | {waits_in(epochs_of(make_run(words)))} |"

    def limits(self) -> Iterator[str]:
        """Compare the arithmetic of the model with that of a product of matrices."""
        yield from ("### Share of the device's rate", "", "| | FLOP/s | |", "|---|---|---|")
        rate = matrix_rate(self._scale, self._clock)
        yield f"| bfloat16 product, {self._scale.matrix} x {self._scale.matrix} | {rate:.3g} | |"
        an_image = flops_a_step(self._scale) / self._scale.batch_size
        for name, speed in self.speeds.items():
            yield f"| {name} | {an_image * speed:.3g} | {an_image * speed / rate:.1%} |"

    def packs(self) -> Iterator[str]:
        """Train cells of a small network as a pack, and by itself."""
        scale = self._scale
        yield from (f"### {scale.cells} cells of cnn_small, training steps only, evaluation left out", "")
        yield from ("| | steps of a cell, each s | |", "|---|---|---|")
        alone = scale.pack_steps / self._pack(1, "launcher.execution=looped")
        packed = scale.cells * scale.pack_steps / self._pack(scale.cells)
        yield f"| one by one | {alone:,.0f} | |"
        yield f"| packed | {packed:,.0f} | {packed / alone:.1f} x |"

    def crossover(self) -> Iterator[str]:
        """Run packs of wider and wider networks both ways."""
        yield from ("### Milliseconds of a training step and cell, by width of cnn_small, evaluation left out", "")
        yield from ("| width | parameters | looped | vmapped | |", "|---|---|---|---|---|")
        for width in self._scale.widths:
            each = self._scale.cells * self._scale.pack_steps / 1000
            words = [(f"model.width={width}", f"launcher.execution={way}") for way in ("looped", "vmapped")]
            looped, vmapped = (self._pack(self._scale.cells, *more) / each for more in words)
            size = count_parameters(self._scale.words("cnn_small", self._scale.pack_steps, words[0][0]))
            yield f"| {width} | {size:,} | {looped:.3f} | {vmapped:.3f} | {looped / vmapped:.1f} x |"

    def _pack(self, cells: int, *more: str) -> float:
        """Give the seconds of an epoch of a pack of small networks in bfloat16."""
        scale = self._scale
        words = scale.words("cnn_small", scale.pack_steps, scale.rates(cells), "precision=bfloat16", *more)
        return self._clock.seconds(epochs_of(make_run(words)))

    def grid(self) -> Iterator[str]:
        """Extrapolate the paper's grid: an epoch of all images, with its evaluation, times the number of epochs."""
        scale = self._scale
        yield from (f"### The paper's grid, {SMOOTH} x {NOISE}, {WARMUP} + {MAIN} epochs, extrapolated", "")
        yield from ("| | |", "|---|---|")
        run = make_run(scale.words(scale.model, scale.steps, "precision=bfloat16"))
        images = len(run._data.train_inputs) + len(run._data.test_inputs)
        evaluated = images / self._clock.seconds(run.evaluate)
        name, speed = max(((n, s) for n, s in self.speeds.items() if n.startswith("ours")), key=lambda pair: pair[1])
        epoch = TRAIN / speed + (TRAIN + TEST) / evaluated
        epochs = NOISE * WARMUP + NOISE * SMOOTH * MAIN
        yield f"| an epoch, {name} | {TRAIN / speed:.1f} s + {epoch - TRAIN / speed:.1f} s of evaluation |"
        yield f"| {epochs:,} epochs, warm-ups shared | {epoch * epochs / 3600:.1f} h, not run |"


def first_line(error: Exception) -> str:
    """Give the kind of an error and the beginning of what it says."""
    return f"{type(error).__name__}: {error}".partition("\n")[0][:200]


if __name__ == "__main__":
    main()
