"""Weights & Biases: a run for each cell, its id the cell's signature."""

from __future__ import annotations

import shutil
from pathlib import Path

from gls_sweep.config.logger import WandbConfig
from gls_sweep.loggers.recorded import RecordedCell

STATUS = "gls_sweep_status.txt"  # in the folder of a run that is logged in full


class WandbLogger:
    """Keeps a run for each cell; what is logged is told by the folders of runs on this machine.

    Parameters
    ----------
    folder : Path
        The sweep's folder, whose name is the group of its runs.
    """

    def __init__(self, config: WandbConfig, folder: Path) -> None:
        self._config, self._group = config, folder.name
        self._folder = Path(config.folder or folder)
        self.place = str(self._folder / "wandb")

    def logged(self) -> dict[str, str]:
        """Give the status of each cell that is logged in full, by its signature."""
        paths = Path(self.place).glob(f"*run-*/{STATUS}")
        return {path.parent.name.rpartition("-")[2]: path.read_text(encoding="utf-8") for path in paths}

    def log(self, cell: RecordedCell) -> None:
        """Make a cell's run, or resume it; its folders of before, cut off or of an earlier failure, are removed."""
        for folder in Path(self.place).glob(f"*run-*-{cell.signature}"):
            shutil.rmtree(folder, ignore_errors=True)
        self._folder.mkdir(parents=True, exist_ok=True)
        place = self._write(cell)
        (place / STATUS).write_text(cell.status, encoding="utf-8")

    def _write(self, cell: RecordedCell) -> Path:
        import wandb

        quiet = wandb.Settings(
            silent=True, console="off", disable_git=True, save_code=False, x_disable_stats=True, login_timeout=1
        )
        run = wandb.init(
            entity=self._config.entity,
            project=self._config.project,
            group=self._group,
            id=cell.signature,
            name=cell.signature,
            resume="allow",
            reinit="create_new",
            dir=str(self._folder),
            mode="online" if self._config.mode == "online" else "offline",
            config=cell.parameters,
            tags=[cell.status],
            settings=quiet,
        )
        for step, metrics in enumerate(cell.history, start=1):
            run.log(metrics, step=step)
        run.summary.update(cell.results)
        run.finish(exit_code=int(cell.status == "failed"))
        return Path(run.dir).parent
