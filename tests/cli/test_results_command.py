"""`gls-results` looks at a folder of results."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gls_sweep.cli.failures import tell_failures
from gls_sweep.cli.report import find_failures
from gls_sweep.config.identity import RESULTS_VERSION
from gls_sweep.record_file import cell_folder
from gls_sweep.results import load_table
from gls_sweep.results.gather import gather, trusted
from gls_sweep.results.index import write_index
from tests.results.conftest import auto, finished, write_results

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three cells of today and one of an older version, with an index."""
    records = [finished(seed=seed) for seed in range(4)]
    records[3]["results_version"] = RESULTS_VERSION - 1
    write_results(tmp_path, records)
    write_index(tmp_path, gather(tmp_path, verify=True))
    return tmp_path


def test_table_says_what_it_leaves_out(folder: Path, gls_results: Run) -> None:
    status, out, err = gls_results("table", str(folder))
    assert (status, err) == (0, "")
    assert "over 3 seeds" in out and "1 of 4 records left out, by other versions" in out
    status, out, err = gls_results("table", str(folder), "--other-versions", "keep")
    assert (status, err) == (0, "")
    assert f"results_version={RESULTS_VERSION - 1}" in out and "left out" not in out


def test_table_ends_in_what_choosing_the_rate_costs(tmp_path: Path, gls_results: Run) -> None:
    write_results(tmp_path, [*(finished(rate, seed=seed) for rate in (0.0, -1.0) for seed in (0, 1)), auto()])
    status, out, err = gls_results("table", str(tmp_path))
    assert (status, err) == (0, "")
    assert out.index("CE†") < out.index("oracle gap") < out.index("regret of auto")


def test_check_finds_what_stamps_cannot_see(folder: Path, gls_results: Run) -> None:
    assert gls_results("check", str(folder)) == (0, "4 cells checked, 0 files damaged\n", "")
    signature = finished(seed=1)["signature"]
    path = cell_folder(folder, signature) / "checkpoint.pt"
    before = path.stat()
    path.write_bytes(b"wEights")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert trusted(folder, [signature]) == {signature}
    status, out, err = gls_results("check", str(folder))
    assert (status, err) == (1, "")
    assert out.splitlines()[0] == f"{path}: is gone, cut off or changed"
    assert "4 cells checked, 1 files damaged" in out
    assert trusted(folder, [signature]) == set()


def test_compare_shows_published_numbers_and_ours(tmp_path: Path, gls_results: Run) -> None:
    cifar10 = {"dataset": {"name": "cifar10", "val_fraction": 0}, "model": {"name": "resnet34"}}
    write_results(tmp_path, [finished(0.8, 0.2, seed, **cifar10) for seed in range(3)])
    status, out, err = gls_results("compare", str(tmp_path), "paper:gls_cifar10", "--format", "markdown")
    assert (status, err) == (0, "")
    [line] = [line for line in out.splitlines() if "r=0.8" in line]
    assert [part.strip() for part in line.split("|")][1:4] == ["symmetric 0.2", "r=0.8", "88.88±1.61"]
    assert "within" in out and "59 of 60 published numbers not run" in out and "ICLR 2022" in out
    status, out, err = gls_results("compare", str(tmp_path), "paper:gls_cifar10")
    assert (status, err) == (0, "") and "88.88±1.61" in out


def test_compare_lists_what_was_published(gls_results: Run) -> None:
    status, out, err = gls_results("compare", "--list")
    assert (status, err) == (0, "")
    assert {line.split()[0] for line in out.splitlines()} >= {"paper:gls_twonorm", "paper:cifar100n"}


def test_compare_puts_two_sweeps_side_by_side(tmp_path: Path, gls_results: Run) -> None:
    write_results(tmp_path / "one", [finished(seed=seed) for seed in range(3)])
    write_results(tmp_path / "other", [finished(seed=seed, model={"name": "cnn9"}) for seed in range(2)])
    status, out, err = gls_results("compare", str(tmp_path / "one"), str(tmp_path / "other"))
    assert (status, err) == (0, "")
    assert "they differ in model.name: mlp and cnn9" in out and "symmetric 0.2" in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["table", "nowhere"], "no records found"),
        (["check", "nowhere"], "no records found"),
        (["compare", "nowhere", "paper:gls_cifar"], "did you mean gls_cifar10?"),
        (["compare", "nowhere", "paper:gls_cifar10"], "no records found"),
        (["compare", "nowhere"], "give two, or beside them paper:NAME"),
        (["compare", "paper:gls_cifar10"], "0 folders"),
        (["table"], "required: FOLDER"),
        (["tables", "x"], "invalid choice"),
        (["table", "x", "--other-versions", "all"], "invalid choice: 'all'"),
        ([], "required: COMMAND"),
    ],
)
def test_a_mistake_is_one_line(words: list[str], message: str, gls_results: Run) -> None:
    status, out, err = gls_results(*words)
    assert (status, out) == (2, "")
    assert message in err and err.count("\n") == 1


def test_help_imports_little() -> None:
    script = "import sys, gls_sweep.cli.results as r; r.parser(); print({'pandas', 'torch'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_each_cell_without_a_result_has_a_reason(tmp_path: Path) -> None:
    done, failed, killed, missing = (finished(seed=seed) for seed in range(4))
    write_results(tmp_path, [done, {**failed, "status": "failed", "error": "boom"}])
    signatures = [record["signature"] for record in (done, failed, killed, missing)]
    assert find_failures(load_table(tmp_path), signatures, {killed["signature"]: "its job was cancelled"}) == {
        failed["signature"]: "boom",
        killed["signature"]: "its job was cancelled",
        missing["signature"]: "not trained",
    }


def test_failures_are_listed_by_reason_and_never_flood_the_screen() -> None:
    reasons = {f"{number:016x}": "out of memory\nall of it" for number in range(5)}
    reasons |= {f"{number:016x}": f"error {number}" for number in range(10, 50)}
    lines = tell_failures(reasons, 100).splitlines()
    assert len(lines) == 20
    assert lines[0] == "no result for 45 of 100 cells:"
    assert lines[1] == f"  5 x out of memory all of it ({0:016x}, {1:016x}, {2:016x}, ...)"
    assert "24 more reasons" in lines[-2] and lines[-1] == "the same command trains them again"
