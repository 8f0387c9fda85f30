"""(b) The same loop under Hydra's basic launcher in one process, or under joblib in two.

python -m benchmarks.peers.hydra_app -m file=$PWD/arrays.npz cell.smooth_rate=-0.8,0 cell.seed=0,1
python -m benchmarks.peers.hydra_app -m hydra/launcher=joblib hydra.launcher.n_jobs=2 threads=1 ...
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hydra
from hydra.core.config_store import ConfigStore
from omegaconf import MISSING, OmegaConf


@dataclass
class Cell:
    """The options of `benchmarks.peers.loop.CellOptions`."""

    smooth_rate: float = 0.0
    noise_rate: float = 0.2
    seed: int = 0
    model: str = "mlp"
    hidden: list[int] = field(default_factory=lambda: [64, 64])
    warmup_epochs: int = 40
    main_epochs: int = 10
    workers: int = 0


@dataclass
class Config:
    """What the application is told."""

    file: str = MISSING
    out: str = MISSING
    threads: int = 0  # torch's choice
    cell: Cell = field(default_factory=Cell)


ConfigStore.instance().store(name="config", node=Config)


@hydra.main(version_base="1.3", config_path=None, config_name="config")
def main(config: Any) -> float:
    """Train one cell, append its last accuracies to the file `out`."""
    import torch

    from benchmarks.peers import arrays, loop

    if config.threads:
        torch.set_num_threads(config.threads)
    options = OmegaConf.to_object(config.cell).__dict__
    cell = loop.CellOptions(**options | {"hidden": tuple(options["hidden"])})
    last = loop.train_cell(arrays.load(Path(config.file)), cell)[-1]
    with open(config.out, "a", encoding="utf-8") as file:
        file.write(json.dumps(cell.name | last) + "\n")
    return last["test"]


if __name__ == "__main__":
    main()
