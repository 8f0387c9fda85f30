"""What the pages show is there: commands are checked up to the training, Python runs, keys and options exist."""

import re
import runpy
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from gls_sweep import load_table
from gls_sweep.cli import noise, rerun, results
from gls_sweep.cli.task import Train
from gls_sweep.config.keys import known_keys
from gls_sweep.results.rows import MEASURED_NOISE
from tests.experiments.test_presets import call
from tests.readme.test_readme import provide_data

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs").glob("*.md"))
KEYS = {*known_keys(), "schedule", "experiment", *(f"noise.{name}" for name in MEASURED_NOISE)}
GROUPS = {folder.name for folder in (ROOT / "conf").iterdir() if folder.is_dir()}
NAMES = [page.stem for page in PAGES]
FENCED = re.compile(r'^```(\w*)(?: title="(\S+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A fenced block; one that is a file has its path as the title."""

    language: str
    title: str
    text: str


def blocks(page: Path) -> list[Block]:
    """Take out a page's fenced blocks."""
    return [Block(*found) for found in FENCED.findall(page.read_text(encoding="utf-8"))]


def save_files(page: Path, folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Write the files that a page shows and those it takes for granted; the folder's modules can be imported."""
    provide_data(folder)
    for block in blocks(page):
        if block.title:
            (folder / block.title).parent.mkdir(parents=True, exist_ok=True)
            (folder / block.title).write_text(block.text, encoding="utf-8")
    patch.syspath_prepend(str(folder))


def commands(page: Path) -> Iterator[list[str]]:
    """Take out a page's commands, without what stands before the first word."""
    for block in blocks(page):
        for line in block.text.splitlines() if block.language == "sh" else ():
            words = shlex.split(line, comments=True)
            yield words[next(number for number, word in enumerate(words) if "=" not in word) :]


def inline(page: Path) -> Iterator[str]:
    """Take out what a page's sentences and tables have as code."""
    return iter(re.findall(r"`([^`\n]+)`", FENCED.sub("", page.read_text(encoding="utf-8"))))


def check(words: list[str], folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Run a command up to where it would train; parse one that only looks."""
    overrides = [word for word in words if re.match(r"[\w./]+=", word)]
    if words[0] == "gls-results":
        results.parser().parse_args(words[1:])
    elif words[0] == "gls-noise":
        noise.parser().parse_args(words[1:])
        call(patch, folder, ["gls-sweep", *overrides, "launcher.dry_run=true"])
    elif words[:2] == ["gls-sweep", "rerun"]:
        rerun.parser().parse_args(words[2:])
    elif words[0] == "gls-sweep":
        few = ["seed=0"] if "-m" in words and not any(word.startswith("seed=") for word in words) else []
        asked = [word for word in words if word not in ("--dry-run", "--tree")]
        call(patch, folder, [*asked, *few, "launcher.dry_run=true"])
    else:
        assert words[0] in ("make", "pip", "eval"), f"no test knows {words[0]}"


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_commands_are_right(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_files(page, tmp_path, monkeypatch)
    monkeypatch.setattr(Train, "_tell_plan", lambda *_: None)
    for words in commands(page):
        check(words, tmp_path, monkeypatch)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_python_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for block in blocks(page):
        if block.language == "python" and not block.title:
            if "results/digits" in block.text:
                call(monkeypatch, tmp_path, ["gls-sweep", "schedule=quick", "launcher.threads=1"])
            exec(compile(block.text, page.name, "exec"), {})


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_keys_and_options_exist(page: Path) -> None:
    for code in inline(page):
        for key, value in re.findall(r"(?<![\w\-])([a-z_]+(?:\.[a-z_]+)*)=([\w.]*)", code):
            if code.startswith(("gls", "--")) or key.partition(".")[0] in GROUPS:
                assert key in KEYS, f"{code}: no key {key}"
            if key in GROUPS and value.islower():
                assert (ROOT / "conf" / key / f"{value}.yaml").exists(), f"{code}: no option {value}"
        if re.fullmatch(rf"({'|'.join(GROUPS)}|launcher)\.[a-z_.]+", code):
            assert code in KEYS, f"no key {code}"


def test_blocks_of_your_own_train(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = ROOT / "docs" / "extending.md"
    save_files(page, tmp_path, monkeypatch)
    cheap = ["seed=0", "schedule=quick", "launcher.threads=1", "hydra/launcher=basic"]
    call(monkeypatch, tmp_path, [*next(commands(page)), *cheap])
    assert load_table(tmp_path / "results" / "sensors")["status"].tolist() == ["finished", "finished"]


@pytest.mark.parametrize("group", ["loss", "noise"])
def test_every_loss_and_noise_model_has_a_formula_and_a_source(group: str) -> None:
    pytest.importorskip("mkdocs", reason="needs the extra docs")
    page = runpy.run_path(str(ROOT / "docs" / "hooks.py"))["functions"](group)
    options = {path.stem for path in (ROOT / "conf" / group).glob("*.yaml")}
    assert set(re.findall(rf'title="{group}=(\w+)"', page)) == options
