"""The command line in this process, and in a process of its own."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch

from gls_sweep.cli.results import main as results_main
from gls_sweep.cli.sweep import main


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    status: int
    out: str
    err: str
    folder: Path

    @property
    def lines(self) -> list[str]:
        """Lines on standard error."""
        return self.err.splitlines()

    @property
    def records(self) -> list[dict[str, Any]]:
        """Records of all cells, by signature."""
        return [json.loads(path.read_text()) for path in sorted(self.folder.glob("results/*/cells/*/*/record.json"))]


@pytest.fixture(autouse=True)
def _untouched_process() -> Iterator[None]:
    """Put back what a command changes in its process: environment, logging, threads."""
    environment, threads = dict(os.environ), torch.get_num_threads()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    os.environ.clear()
    os.environ.update(environment)
    torch.set_num_threads(threads)
    root.handlers[:], root.level = handlers, level


@pytest.fixture
def gls_sweep(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., Done]:
    """Run the command line in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["gls-sweep", *words])
        capfd.readouterr()
        status: Any = 0
        try:
            main()
        except SystemExit as left:
            status = left.code or 0
        return Done(status, *capfd.readouterr(), tmp_path)

    return run


@pytest.fixture
def gls_sweep_process(tmp_path: Path) -> Callable[..., Done]:
    """Run the command line in a process of its own, in an empty folder."""

    def run(*words: str, script: str = "from gls_sweep.cli.sweep import main; main()", **environment: str) -> Done:
        command = [sys.executable, "-P", "-c", script, *words]
        done = subprocess.run(
            command, cwd=tmp_path, env=os.environ | environment, capture_output=True, text=True, check=False
        )
        return Done(done.returncode, done.stdout, done.stderr, tmp_path)

    return run


@pytest.fixture
def gls_results(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Run `gls-results` in this process; gives its exit status, output and errors."""

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["gls-results", *words])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            results_main()
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return run
