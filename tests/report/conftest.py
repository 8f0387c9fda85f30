"""A sweep's report, and a browser to look at it."""

import json
import math
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from gls_sweep.files import write_json
from gls_sweep.record_file import cell_folder, file_checksum
from gls_sweep.results import load_table
from gls_sweep.results.findings import Findings
from gls_sweep.results.report import NAME, write_report
from tests.results.conftest import Record, grid, write_record, write_results

COMMAND = {"words": ["-m", "noise.rate=0,0.2,0.4,0.6", "loss.smooth_rate=range(-8, 1)"], "time": "2026-03-01T11:58:00Z"}
EPOCHS = 90
REASON = 'labels.pt: has 10 labels </script><img src="x"> & "more" for 1,078 samples; give one each'


def failed(record: Record, reason: str = REASON) -> Record:
    """Make a record that of a cell that failed."""
    return {**record, "status": "failed", "error": reason, "policies": {}, "whole_run": {}}


def write_sweep(folder: Path, records: Iterable[Record]) -> Path:
    """Write records the way a sweep does, with histories and the command."""
    records = list(records)
    write_results(folder, records)
    for record in records:
        write_history(cell_folder(folder, record["signature"]), record["status"])
    write_json(folder / "commands.json", [COMMAND])
    return folder


def write_history(cell: Path, status: str) -> None:
    """Put a history of many epochs in the place of the short one; a cell that failed has none."""
    record = json.loads((cell / "record.json").read_text())
    if status == "failed":
        (cell / "history.csv").unlink()
        record["files"].pop("history.csv")
    else:
        lines = ["phase,epoch,learning_rate,train_accuracy,val_accuracy,test_accuracy"]
        for epoch in range(EPOCHS):
            phase, number = ("warmup", epoch + 1) if epoch < 60 else ("main", epoch - 59)
            accuracy = 0.9 - 0.8 * math.exp(-epoch / 20)
            lines.append(f"{phase},{number},0.1,{accuracy + 0.05},{accuracy - 0.1},{accuracy}")
        (cell / "history.csv").write_text("\n".join(lines) + "\n")
        record["files"]["history.csv"] = file_checksum(cell / "history.csv")
    write_record(cell / "record.json", record)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of 14 smooth rates, 4 noise rates and 2 seeds, some diverged, some failed, with their report."""
    records = [failed(record) if number % 40 == 7 else record for number, record in enumerate(grid(2))]
    folder = write_sweep(tmp_path_factory.mktemp("results") / "digits", records)
    write_report(Findings(load_table(folder)), [folder], folder / NAME)
    return folder


@pytest.fixture(scope="session")
def table(folder: Path) -> pd.DataFrame:
    """The table of these."""
    return load_table(folder)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("no chromium here (on Debian: apt install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, folder: Path) -> Iterator[Page]:
    """The report as the browser shows it; whatever is done with it, it logs nothing and asks for no other file."""
    with browser.new_context(viewport={"width": 1200, "height": 900}) as context:
        page = context.new_page()
        logged: list[str] = []
        asked: list[str] = []
        page.on("console", lambda message: logged.append(message.text))
        page.on("pageerror", lambda error: logged.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto((folder / NAME).as_uri())
        yield page
        assert logged == []
        assert asked == [(folder / NAME).as_uri()]
