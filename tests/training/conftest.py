"""Small real data and a way to train cells on them."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from gls_sweep.sweep.disk.outcome import Outcome
from gls_sweep.sweep.disk.store import Store
from gls_sweep.sweep.plan.cells import Cell
from gls_sweep.sweep.work.pack import PackTrainer

TrainCells = Callable[..., list[Outcome]]


@pytest.fixture
def train_cells(tmp_path: Path) -> TrainCells:
    """Give a function that trains cells as one pack in a folder, a fresh one unless it is named."""
    count = iter(range(1000))

    def train(cells: Sequence[Cell], folder: Path | None = None) -> list[Outcome]:
        store = Store(folder or tmp_path / f"fresh{next(count)}")
        trainer = PackTrainer(store, cells[0], lambda stage, epoch: None)
        reached = {stage.signature: outcome for stage, outcome, _ in trainer.train([c.stages[-1] for c in cells])}
        return [reached[cell.signature] for cell in cells]

    return train
