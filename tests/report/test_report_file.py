"""What the page holds, as text."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pandas as pd
import pytest

from gls_sweep.cli.results import parser
from gls_sweep.cli.show import show_table
from gls_sweep.errors import UserError
from gls_sweep.record_file import cell_folder
from gls_sweep.results import load_table
from gls_sweep.results.findings import Findings
from gls_sweep.results.report import NAME, pictures, sections, write_report
from gls_sweep.results.report.limits import POINTS
from gls_sweep.results.several import load_sweeps
from tests.report.conftest import failed, write_sweep
from tests.results.conftest import auto, diverged, finished, with_loss, write_results

Written = Callable[..., str]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Give a function that writes some records and gives their page."""

    def write(*records: dict[str, object]) -> str:
        folder = write_results(tmp_path / "sweep", records)
        return write_report(Findings(load_table(folder)), [folder], folder / NAME).read_text(encoding="utf-8")

    return write


def curves_of(page: str) -> dict[str, object]:
    """Give the curves embedded in a page."""
    found = re.search(r'<script type="application/json" id="curves">(.*?)</script>', page, re.DOTALL)
    assert found
    curves: dict[str, object] = json.loads(found.group(1))
    return curves


def test_it_is_small(folder: Path, table: pd.DataFrame) -> None:
    """5 MB hold 1,000 cells, so 112 must do with their share."""
    assert (folder / NAME).stat().st_size < 5_000_000 * len(table) / 1000


def test_curves_are_thinned_to_their_first_and_last_epoch(folder: Path) -> None:
    """All cells share one list of epochs."""
    curves = curves_of((folder / NAME).read_text(encoding="utf-8"))
    (shape,) = curves["shapes"]
    assert shape["phases"] == [["warmup", 60], ["main", 90]]
    assert len(shape["epochs"]) == POINTS and shape["epochs"][0] == 1 and shape["epochs"][-1] == 90
    for _, series in curves["cells"].values():
        assert [len(values) for values in series] == [POINTS] * 3
        assert series[0][-1] == round(1000 * (0.9 - 0.8 * 2.718281828 ** (-89 / 20)))


def test_the_same_cells_give_the_same_page(folder: Path, table: pd.DataFrame, tmp_path: Path) -> None:
    """To the last byte, so that it can be kept under version control."""
    again = write_report(Findings(table), [folder], folder / "again.html")
    assert again.read_bytes() == (folder / NAME).read_bytes()


@pytest.mark.parametrize("groups", [20, 2])
def test_what_was_printed_before_does_not_change_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], groups: int
) -> None:
    """The terminal and the page share what they find, also where not all groups fit on the page."""
    monkeypatch.setattr(sections, "GROUPS", groups)
    models = [{"name": name} for name in ("mlp", "cnn", "resnet")]
    records = [finished(rate, seed=seed, model=model) for model in models for rate in (0.0, -1.0) for seed in range(3)]
    folder = write_sweep(tmp_path / "sweep", records)
    found = Findings(load_table(folder))
    show_table(found, "")
    assert capsys.readouterr().out.count(" is best (") == len(models)
    page = write_report(found, [folder], folder / NAME).read_bytes()
    assert page == write_report(Findings(found.table), [folder], folder / NAME).read_bytes()
    assert page.count(b" is best (") == min(groups, len(models))


def test_findings_in_some_cells_are_not_those_in_all(table: pd.DataFrame) -> None:
    whole, signatures = Findings(table), table["signature"]
    assert whole.among(signatures) is whole and len(whole.samples) == 4
    noisy = signatures[table["noise.rate"] > 0]
    assert len(whole.among(noisy).samples) == 3 and whole.among(noisy).sentence(0) == whole.sentence(1)


def test_one_cell_has_a_page(written: Written) -> None:
    """With nothing to compare."""
    page = written(finished())
    assert "1 cell, finished" in page and "<figure" not in page and "below the best" not in page.split("<script")[0]


@pytest.mark.parametrize("lost", [diverged, failed])
def test_cells_that_all_were_lost_have_a_page(written: Written, lost: Callable[..., dict[str, object]]) -> None:
    """It says so."""
    page = written(*(lost(finished(rate)) for rate in (0.0, -1.0, -2.0)))
    assert f"0 of 3 cells finished, 3 {lost.__name__}" in page


def test_losses_are_compared(written: Written) -> None:
    """With their settings; an entry's filter finds its cells by the very label in the table of cells."""
    page = written(*(with_loss("gce", seed=seed, q=q) for seed in (0, 1) for q in (0.3, 0.7)), with_loss("ce"))
    assert 'data-filter="loss=&#39;gce q=0.3&#39; noise.rate=0.2"' in page
    assert page.count("<td>gce q=0.3</td>") == 2


def test_the_regret_of_auto_is_shown(written: Written) -> None:
    """Beside the oracle gap."""
    rates = [finished(rate, seed=seed) for rate in (0.0, -0.8, -2.0) for seed in (0, 1)]
    page = written(*rates, *(auto(seed=seed) for seed in (0, 1)))
    assert "<b>oracle gap</b>" in page and "<b>regret of auto</b>" in page


def test_many_groups_do_not_explode_it(written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that do not fit are counted, and said to be left out."""
    monkeypatch.setattr(sections, "GROUPS", 3)
    monkeypatch.setattr(sections, "FIGURES", 1)
    names = [f"mlp{number}" for number in range(6)]
    page = written(*(finished(rate, model={"name": name}) for name in names for rate in (0.0, -1.0)))
    assert page.count("<details") == 3 and page.count("<figure") == 1
    assert "3 more groups of cells left out" in page and "2 figures left out" in page
    assert page.count('<tr id="') == 2 * len(names)


def test_names_cannot_break_out(written: Written) -> None:
    """Neither of the page nor of the data for its script."""
    name = "</script><script>alert(1)</script>"
    page = written(*(finished(rate, model={"name": name}) for rate in (0.0, -1.0)))
    assert name not in page and "&lt;/script&gt;&lt;script&gt;alert(1)" in page


def test_the_policy_of_the_page_forbids_requests(folder: Path) -> None:
    """And every script but its own."""
    page = (folder / NAME).read_text(encoding="utf-8")
    assert "default-src 'none'" in page and "script-src 'sha256-" in page
    assert not re.findall(r"""(?:src|url)\s*[=(]\s*["']?(?:https?:)?//""", page)


def test_several_sweeps_share_a_page(tmp_path: Path) -> None:
    """Each cell is linked where it lies."""
    folders = [write_sweep(tmp_path / name, [finished(seed=seed)]) for seed, name in enumerate("ab")]
    loaded = load_sweeps(folders)
    page = write_report(Findings(loaded.table), folders, tmp_path / "both.html").read_text(encoding="utf-8")
    assert "<h1>a, b</h1>" in page
    links = re.findall(r'href="([^"#]+/config.yaml)"', page)
    assert sorted(link[0] for link in links) == ["a", "b"] and all((tmp_path / link).is_file() for link in links)


def test_a_cell_of_two_sweeps_is_a_row_of_each(tmp_path: Path) -> None:
    """With its own links and curves; the second has lost the history here."""
    folders = [write_sweep(tmp_path / name, [finished()]) for name in "ab"]
    signature = finished()["signature"]
    (cell_folder(folders[1], signature) / "history.csv").unlink()
    page = write_report(Findings(load_sweeps(folders).table), folders, tmp_path / "both.html").read_text(
        encoding="utf-8"
    )
    assert re.findall(r'<tr id="([^"]+)"', page) == [f"0-{signature}", f"1-{signature}"]
    assert [link[0] for link in re.findall(r'href="([^"#]+/config.yaml)"', page)] == ["a", "b"]
    assert list(curves_of(page)["cells"]) == [f"0-{signature}"]


def test_links_lead_to_folders_of_any_name(tmp_path: Path) -> None:
    """Whatever a browser would read in them."""
    folder = write_sweep(tmp_path / "a#1 %41?", [finished()])
    page = write_report(Findings(load_table(folder)), [folder], tmp_path / "page.html").read_text(encoding="utf-8")
    links = re.findall(r'href="([^"#]+/\w+\.\w+)"', page)
    assert len(links) == 3 and all((tmp_path / unquote(link)).is_file() for link in links)
    assert not any(set(link) & set("#? ") for link in links)


def test_the_command_writes_it_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of the cells chosen, where it is told to."""
    folder = write_sweep(tmp_path / "sweep", [finished(rate) for rate in (0.0, -1.0)])
    words = parser().parse_args(["report", str(folder)])
    assert words.run(words) == 0
    assert (folder / NAME).read_text(encoding="utf-8").count('<tr id="') == 2
    out = tmp_path / "chosen" / "page.html"
    words = parser().parse_args(["report", str(folder), "--filter", "loss.smooth_rate=-1", "--out", str(out)])
    words.run(words)
    assert out.read_text(encoding="utf-8").count('<tr id="') == 1
    assert capsys.readouterr().out.split() == [str(folder / NAME), str(out)]


def test_of_several_sweeps_it_wants_to_know_where_to(tmp_path: Path) -> None:
    """In one line."""
    words = parser().parse_args(["report", str(tmp_path / "a"), str(tmp_path / "b")])
    with pytest.raises(UserError, match=r"--out: .*--out FILE.html$"):
        words.run(words)


def test_figures_that_lie_there_are_in_the_page(
    written: Written, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But for those it lays out itself, and as far as there is room."""
    monkeypatch.setattr(pictures, "PICTURES", 10)
    (tmp_path / "sweep").mkdir()
    for name, size in (("heat_map_a", 5), ("calibration", 6), ("oracle_gap #1", 6)):
        (tmp_path / "sweep" / f"{name}.png").write_bytes(b"x" * size)
    page = written(finished())
    assert (
        page.count("data:image/png;base64,eHh4eHh4") == 1 and 'alt="calibration"' in page and "heat_map_a" not in page
    )
    assert '<a href="oracle_gap%20%231.png">oracle gap #1</a>, too large for this page' in page
