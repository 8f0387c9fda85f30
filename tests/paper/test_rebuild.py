"""From folders of results to the tables, figures and generated text of results/paper."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from gls_sweep.errors import UserError
from gls_sweep.results import compare, load_published, load_table
from paper.gains import gains
from paper.rebuild import FOLDER, gains_in_words, parts, rebuild
from paper.sections import MARKS, fill
from paper.tables import collect, load_tables
from tests.experiments.test_presets import plan
from tests.results.conftest import Record, auto, finished, write_results

ROOT = Path(__file__).parents[2]
PAGE = ROOT / FOLDER / "README.md"
RATES = (0.8, 0, -0.8, -4)


def honest() -> Iterator[Record]:
    """Make cells of digits, one of each seed with an estimated rate."""
    for seed in range(3):
        yield auto(-0.8, 0.2, seed)
        yield from (finished(rate, noise, seed) for rate in RATES for noise in (0.0, 0.2))


def human() -> Iterator[Record]:
    """Make cells with human labels, which have no noise rate."""
    labels: Record = {"name": "human", "rate": None, "labels": "worse"}
    return (finished(rate, 0.4, seed, noise=labels) for rate in RATES for seed in range(3))


def published() -> Iterator[Record]:
    """Make cells of the paper's Twonorm."""
    parts: Record = {"dataset": {"name": "twonorm", "val_fraction": 0}, "model": {"name": "mlp"}}
    return (finished(rate, noise, seed, **parts) for rate in RATES for noise in (0.1, 0.4) for seed in range(3))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of results/paper with the tables of three sweeps."""
    (tmp_path / "paper").mkdir()
    shutil.copy(PAGE, tmp_path / "paper")
    sweeps = {"honest_digits": honest(), "honest_human": human(), "paper_twonorm": published()}
    for name, records in sweeps.items():
        collect(write_results(tmp_path / name, records), tmp_path / "paper" / "tables")
    return tmp_path / "paper"


def test_a_collected_table_says_what_the_whole_one_says(folder: Path) -> None:
    tables = load_tables(folder / "tables")
    for name, table in tables.items():
        whole = load_table(folder.parent / name)
        pd.testing.assert_frame_equal(table, whole[list(table)])
        pd.testing.assert_frame_equal(gains(table), gains(whole))
        assert len(whole.columns) > 1.5 * len(table.columns)
    twonorm = load_published("gls_twonorm")
    lines = (
        compare(table, twonorm) for table in (tables["paper_twonorm"], load_table(folder.parent / "paper_twonorm"))
    )
    pd.testing.assert_frame_equal(*lines)


def test_rebuild_fills_the_page_and_does_so_again_to_the_letter(folder: Path) -> None:
    written = rebuild(folder)
    before = {path: path.read_bytes() for path in written}
    page = (folder / "README.md").read_text(encoding="utf-8")
    assert "Nothing was run" not in page
    images = re.findall(r"!\[.+\]\((.+)\)", page)
    assert len(images) > 2 and all((folder / image).exists() for image in images)
    assert {path: path.read_bytes() for path in rebuild(folder)} == before


def test_pages_tables_hold_the_numbers(folder: Path) -> None:
    tables = load_tables(folder / "tables")
    texts = parts(tables, gains_in_words(tables))
    assert re.search(r"honest\\_digits \| default \| 3 \| 27 \| 27 \| 0 \| 0 \| cpu \| 2.15.0", texts["run"])
    own = gains(tables["honest_digits"]).query("way == 'val' and row == 'NLS' and reference == 'CE'")
    for difference in own["difference"]:
        assert f"{100 * difference:+.1f} ±".replace("-", "\N{MINUS SIGN}") in texts["gains"]
    assert "human worse" in texts["gains"]
    assert "r = 0.2" not in texts["agreement"]  # it was not run
    assert re.search(r"r = \N{MINUS SIGN}4 \| .*\(98\.6\).* \| .*\(98\.3\)", texts["agreement"])
    assert "honest\\_digits | default | symmetric 0.2 | \N{MINUS SIGN}0.80" in texts["auto"]


def test_committed_page_is_what_its_tables_say() -> None:
    tables = load_tables(ROOT / FOLDER / "tables")
    page = PAGE.read_text(encoding="utf-8")
    assert fill(page, parts(tables, gains_in_words(tables))) == page


def test_a_page_without_a_place_is_refused() -> None:
    start, end = (mark.format("one") for mark in MARKS)
    assert fill(f"before\n{start}old\n{end}\nafter", {"one": "new"}) == f"before\n{start}new\n{end}\nafter"
    with pytest.raises(UserError, match="has no part two"):
        fill(f"{start}{end}", {"two": "new"})


def test_the_commands_of_the_page_compose() -> None:
    blocks = "\n".join(re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL))
    tell = 'gls-sweep() { printf "%s\\0" gls-sweep "$@"; echo; }; gls-results() { :; }; python() { :; }\n'
    told = subprocess.run(["bash", "-c", tell + blocks], capture_output=True, text=True, check=True).stdout
    commands = [line.rstrip("\0").split("\0") for line in told.splitlines()]
    assert len(commands) > 15
    sizes = [len(plan(*words)) for words in commands if "experiment=honest_uci" not in words]
    assert min(sizes) > 2
