"""`gls-sweep rerun` trains a recorded cell again and says whether it got the same numbers."""

import io
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from gls_sweep.config.identity import RESULTS_VERSION, file_hash
from gls_sweep.files import checksum, write_json
from gls_sweep.record_file import file_checksum
from gls_sweep.sweep.rerun_differences import compare_histories, compare_weights
from gls_sweep.sweep.sweep import run_cell

QUICK = ("schedule=quick", "noise.rate=0.2", "loss.smooth_rate=-0.5")


def cells_of(folder: Path) -> list[Path]:
    return sorted(path.parent for path in folder.glob("results/*/cells/*/*/record.json"))


@pytest.fixture(scope="module")
def trained(make_cell, tmp_path_factory):
    """Train a quick cell; gives the folder of results, read only."""
    folder = tmp_path_factory.mktemp("trained") / "results"
    run_cell(make_cell(*QUICK, f"results={folder}"))
    return folder


@pytest.fixture
def cell(trained, tmp_path):
    """Copy the trained cell; gives its folder."""
    shutil.copytree(trained, tmp_path / "results")
    [found] = cells_of(tmp_path)
    return found


def rewrite(cell, **changes):
    """Change a record, and its checksums with it."""
    record = json.loads((cell / "record.json").read_text()) | changes
    record["files"] = {name: file_checksum(cell / name) for name in record["files"]}
    write_json(cell / "record.json", record | {"checksum": checksum(record)})
    return record


def test_the_same_bits_again_whichever_way_the_cell_is_named(cell, gls_sweep, tmp_path):
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    sweep = cell.parents[2]
    for words in ([str(cell)], [str(sweep / "cells" / cell.name)], [str(sweep), cell.name[:6]]):
        done = gls_sweep("rerun", *words)
        assert (done.status, done.err) == (0, "")
        assert "training its 4 epochs again on device=cpu" in done.out
        assert "the same, to the last bit" in done.out.splitlines()[-1]
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_cell_of_a_pack_and_a_diverged_one_are_the_same_alone(gls_sweep, tmp_path):
    steep = "schedule.phases.main.learning_rate.start=1"
    values = ("noise.rate=0.2", "loss.smooth_rate=-8,0", "seed=0", "launcher.processes=1")
    done = gls_sweep("-m", "schedule=quick", steep, *values)
    assert {record["status"] for record in done.records} == {"finished", "diverged"}
    for cell, record in zip(cells_of(tmp_path), done.records, strict=True):
        assert record["execution"]["pack_size"] == 2
        again = gls_sweep("rerun", str(cell))
        assert again.status == 0
        assert ("diverged again in epoch" in again.out) == (record["status"] == "diverged")


def test_a_cell_runs_again_in_the_way_it_ran(gls_sweep, tmp_path):
    words = (*QUICK, "dataset.test_fraction=0.9", "model=cnn_small", "model.width=4", "launcher.execution=vmapped")
    assert gls_sweep(*words).status == 0
    [cell] = cells_of(tmp_path)
    done = gls_sweep("rerun", str(cell), "--keep", "again")
    assert (done.status, done.err) == (0, ""), done.out
    (again,) = (tmp_path / "again").glob("cells/*/*")
    assert json.loads((again / "record.json").read_text())["execution"]["backend"] == "vmapped"


def test_other_bits_are_laid_out_with_what_trained_them(cell, gls_sweep):
    content = torch.load(cell / "checkpoint.pt", weights_only=True)
    name = next(iter(content["weights"]))
    content["weights"][name].view(-1)[3] += 0.25
    buffer = io.BytesIO()
    torch.save(content, buffer)
    (cell / "checkpoint.pt").write_bytes(buffer.getvalue())
    record = json.loads((cell / "record.json").read_text())
    rewrite(cell, versions=record["versions"] | {"torch": "1.0"})
    done = gls_sweep("rerun", str(cell))
    assert done.status == 1
    assert f"{name}[3]" in done.out and "-0.25" in done.out
    last = done.out.splitlines()[-1]
    assert last.startswith("not the same bits, but accuracies differ by up to 0.00 points, within twice the sampling")
    assert "trained by another torch" in last
    for processor, told in {
        record["execution"]["processor"]: "versions, device and processor are the same",
        "abacus": "trained by another processor",
        None: "so another processor trained it, or",
    }.items():
        rewrite(cell, versions=record["versions"], execution=record["execution"] | {"processor": processor})
        assert told in gls_sweep("rerun", str(cell)).out.splitlines()[-1]


def test_accuracies_that_chance_does_not_explain_are_not_the_same(cell, gls_sweep):
    record = json.loads((cell / "record.json").read_text())
    record["policies"]["val"]["test_accuracy"] -= 0.5
    rewrite(cell, policies=record["policies"], noise=record["noise"] | {"labels_hash": "0123"})
    done = gls_sweep("rerun", str(cell))
    assert done.status == 1
    assert "policy val" in done.out and "labels" in done.out
    assert done.out.splitlines()[-1].startswith("not the same: accuracies differ by up to 50.00 points")


def test_a_cell_of_other_code_says_so_first(cell, gls_sweep):
    rewrite(cell, results_version=RESULTS_VERSION - 1)
    done = gls_sweep("rerun", str(cell))
    assert done.out.splitlines()[0] == (
        f"trained by results version {RESULTS_VERSION - 1} of the code, today's is {RESULTS_VERSION}"
    )
    assert done.status == 0


def test_what_is_trained_can_be_kept(cell, gls_sweep, tmp_path):
    assert gls_sweep("rerun", str(cell), "--keep", "kept").status == 0
    kept = tmp_path / "kept" / "cells" / cell.parent.name / cell.name
    assert (kept / "history.csv").read_bytes() == (cell / "history.csv").read_bytes()
    done = gls_sweep("rerun", str(cell), "--keep", "kept")
    assert (done.status, done.lines) == (2, ["--keep kept: must be a new or an empty folder"])


def test_a_file_that_is_changed_or_gone_is_one_line(gls_sweep, tmp_path):
    labels = tmp_path / "labels.npy"
    np.save(labels, np.arange(1438) % 10)
    assert gls_sweep("schedule=quick", "noise=file", f"noise.path={labels}").status == 0
    [cell] = cells_of(tmp_path)
    np.save(labels, np.arange(1438) % 7)
    file_hash.cache_clear()  # as in a process of its own
    changed = gls_sweep("rerun", str(cell))
    assert (changed.status, len(changed.lines)) == (2, 1)
    assert f"has a file changed since, noise.path={labels}?" in changed.err
    labels.unlink()
    file_hash.cache_clear()
    gone = gls_sweep("rerun", str(cell))
    assert (gone.status, len(gone.lines)) == (2, 1)
    assert f"noise.path={labels}: cannot be read" in gone.err


def test_mistakes_are_one_line(cell, gls_sweep, tmp_path):
    sweep = cell.parents[2]
    shutil.copytree(cell, tmp_path / "damaged" / cell.name)
    (tmp_path / "damaged" / cell.name / "history.csv").write_text("phase\n")
    cases = {
        ("nowhere",): "must be the folder of a recorded cell",
        (str(sweep),): "holds many cells",
        (str(sweep), "zz"): "no recorded cell begins so",
        (str(cell), "--device", "gpu"): "device=gpu: must be auto, cpu, cuda or cuda:NUMBER",
        (f"damaged/{cell.name}",): "history.csv: is gone, cut off or changed",
        (): "required: FOLDER",
    }
    for words, message in cases.items():
        done = gls_sweep("rerun", *words)
        assert (done.status, done.out, len(done.lines)) == (2, "", 1)
        assert message in done.lines[0]
    rewrite(cell, status="failed", error="boom")
    assert "has no numbers" in gls_sweep("rerun", str(cell)).err


def test_a_cell_that_cannot_be_trained_any_more_is_one_line(cell, gls_sweep, monkeypatch):
    def fail(*_):
        raise RuntimeError("boom")

    monkeypatch.setattr("gls_sweep.sweep.work.worker.train_and_record", fail)
    monkeypatch.setattr("gls_sweep.sweep.work.worker.log.error", lambda *_: None)
    done = gls_sweep("rerun", str(cell))
    assert (done.status, done.lines) == (1, [f"{cell}: training it again failed: RuntimeError: boom"])


def test_several_cells_with_one_beginning_are_told(gls_sweep, tmp_path):
    for name in ("ab12", "ab34"):
        (tmp_path / "results/digits/cells/ab" / name).mkdir(parents=True)
        (tmp_path / "results/digits/cells/ab" / name / "record.json").touch()
    assert "2 cells begin so; give more digits" in gls_sweep("rerun", "results/digits", "ab").err


def test_histories_are_compared_number_by_number():
    row = {"phase": "main", "epoch": "1", "loss": "2.0", "nll": ""}
    assert list(compare_histories([row], [dict(row)])) == []
    first, largest = compare_histories([row], [row | {"loss": "2.5", "nll": "1.0"}])
    assert (first.where, first.recorded, first.now) == ("main 1, loss", 2.0, 2.5)
    assert (largest.where, largest.now) == ("main 1, nll", 1.0)
    [shorter] = compare_histories([row, row], [row])
    assert (shorter.where, shorter.recorded, shorter.now) == ("epochs", 2, 1)


def test_weights_are_compared_bit_by_bit():
    weights = {"a": torch.tensor([1.0, float("nan"), 0.0]), "b": torch.zeros(2)}
    assert list(compare_weights(weights, {name: tensor.clone() for name, tensor in weights.items()})) == []
    [zero] = compare_weights(weights, weights | {"b": torch.tensor([0.0, -0.0])})
    assert zero.where.startswith("b[")
    [nan] = compare_weights(weights, weights | {"a": torch.tensor([5.0, 1.0, 0.0])})
    assert (nan.where, nan.now) == ("a[1]", 1.0)
    [other] = compare_weights(weights, {"a": weights["a"]})
    assert (other.recorded, other.now) == (2, 1)


def test_help_is_quick_and_mentioned(gls_sweep_process):
    script = """
import sys
from gls_sweep.cli.sweep import main
try:
    main()
finally:
    print("heavy:", *sorted({"torch", "pandas", "numpy", "hydra", "rich"} & set(sys.modules)))
"""
    done = gls_sweep_process("rerun", "--help", script=script)
    text, _, heavy = done.out.rpartition("heavy:")
    assert (done.status, heavy.strip()) == (0, "")
    assert "Exit status 0" in text and "--keep" in text
