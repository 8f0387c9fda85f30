"""Write the records of a big sweep without training: real cells, recorded by the real code, made-up numbers.

python -m benchmarks.make_records 100000 results/big
"""

import argparse
import itertools
import math
import random
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import torch
from hydra import initialize_config_module
from hydra.core.global_hydra import GlobalHydra
from hydra.types import RunMode

from gls_sweep.cli.app import register_plugins
from gls_sweep.config import register_schemas
from gls_sweep.results.gather import gather
from gls_sweep.results.index import write_index
from gls_sweep.sweep.disk.outcome import Outcome
from gls_sweep.sweep.disk.record import write_cell
from gls_sweep.sweep.disk.store import Store
from gls_sweep.sweep.plan.cells import Cell
from gls_sweep.sweep.plan.compose import Composer
from gls_sweep.sweep.work.loading import describe_noise

SEEDS_AT_A_TIME = 20
SPLITS = ("train", "val", "test")
METRICS = ("accuracy", "nll", "ece", "confidence_right", "confidence_wrong")


def compose(seeds: Sequence[int]) -> Iterator[Cell]:
    """Compose the cells that the default sweep has for these seeds."""
    register_schemas()
    register_plugins()
    with initialize_config_module("gls_sweep.conf", version_base="1.3"):
        loader = GlobalHydra.instance().config_loader()
        config = loader.load_configuration("config", [], RunMode.MULTIRUN)
        swept = {key: str(values).split(",") for key, values in config.hydra.sweeper.params.items() if key != "seed"}
        composer = Composer(loader, config)
        for seed, *values in itertools.product(seeds, *swept.values()):
            words = (f"{key}={value}" for key, value in zip(swept, values, strict=True))
            yield composer.cell([f"seed={seed}", *words])


def write_cells(folder: Path, seeds: Sequence[int]) -> int:
    """Record the cells of these seeds, and say how many they are."""
    noise: dict[Any, dict[str, Any]] = {}
    count = 0
    for cell in compose(seeds):
        labels = (cell.config.seed, cell.config.noise.rate)
        if labels not in noise:
            noise[labels] = describe_noise(cell.config)
        write_cell(Store(folder), cell, make_up(cell), noise[labels], {"pack_size": 28, "seconds": 1.0})
        count += 1
    return count


def make_up(cell: Cell) -> Outcome:
    """Make up how a cell trained, the same for each signature; some of the most negative rates diverge."""
    draw = random.Random(zlib.crc32(cell.signature.encode()))
    history = [
        make_row(draw, phase, epoch)
        for phase, settings in cell.config.schedule.phases.items()
        for epoch in range(1, settings.epochs + 1)
    ]
    diverges = cell.config.loss.smooth_rate <= -6 and draw.random() < 0.3
    diverged = {"phase": "main", "epoch": 1} if diverges else None
    return Outcome({"weight": torch.full((4, 4), draw.random())}, history, diverged)


def make_row(draw: random.Random, phase: str, epoch: int) -> dict[str, Any]:
    """Make up one epoch."""
    names = [f"{split}_{metric}" for split in SPLITS for metric in METRICS]
    return {"phase": phase, "epoch": epoch, "learning_rate": 0.05} | {name: draw.random() for name in names}


def main() -> None:
    """Write the cells that the command line asks for, in all processors, and their index."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cells", type=int, help="how many, rounded up to whole seeds")
    parser.add_argument("folder", type=Path, help="results/NAME")
    asked = parser.parse_args()
    per_seed = len(list(compose([0])))
    seeds = range(math.ceil(asked.cells / per_seed))
    parts = [seeds[start : start + SEEDS_AT_A_TIME] for start in range(0, len(seeds), SEEDS_AT_A_TIME)]
    with ProcessPoolExecutor(mp_context=get_context("spawn"), initializer=torch.set_num_threads, initargs=(1,)) as pool:
        count = sum(pool.map(write_cells, [asked.folder] * len(parts), parts))
    write_index(asked.folder, gather(asked.folder, verify=True))
    results, name = asked.folder.parent, asked.folder.name
    print(f"{count} cells; gls-sweep -m 'seed=range(0,{len(seeds)})' results={results} sweep={name} has nothing to do")


if __name__ == "__main__":
    main()
