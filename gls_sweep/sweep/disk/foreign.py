"""Looks whether a sweep's folder is free for us, or written by something else."""

from pathlib import Path

from gls_sweep.errors import UserError

FOLDERS = ("cells", "running", "warmups", "jobs")
FILES = ("lock", "planned.json", "index.parquet", "table.parquet", "table.csv", "commands.json", "report.html")


def require_ours(folder: Path) -> None:
    """Raise `UserError` where a file stands in the place of a folder of ours, or a folder in the place of a file.

    Anything else that lies there is left alone.
    """
    for name in FOLDERS:
        if (path := folder / name).exists() and not path.is_dir():
            raise UserError(f"{path}: must be a folder of gls-sweep, is something else; move it, or set sweep=NAME")
    for name in FILES:
        if (path := folder / name).is_dir():
            raise UserError(f"{path}: must be a file of gls-sweep, is a folder; move it, or set sweep=NAME")
