"""Every mistake in data is one line, told before anything trains, with status 2; data that are fine train."""

import math

import pytest

from tests.cli.bad_data import datasets, label_files, matrices, parts, tables
from tests.cli.bad_data.case import Case

WRONG: dict[str, Case] = {
    f"{table}: {name}": case
    for table, cases in {
        "labels": label_files.WRONG,
        "matrix": matrices.WRONG,
        "dataset": datasets.WRONG,
        "own data": tables.WRONG,
        "own": parts.WRONG,
    }.items()
    for name, case in cases.items()
}
FINE: dict[str, Case] = label_files.FINE | matrices.FINE | datasets.FINE | tables.FINE | parts.FINE


def run(case: Case, gls_sweep, folder):
    for name, write in case.files.items():
        write(folder / name)
    return gls_sweep(*case.words.format(folder=folder).split(), "schedule=quick")


@pytest.mark.parametrize("name", WRONG)
def test_bad_data_are_one_line_and_status_2(name, gls_sweep, tmp_path):
    case = WRONG[name]
    done = run(case, gls_sweep, tmp_path)
    assert (done.status, done.out, len(done.lines)) == (2, "", 1), done.err
    assert all(part in done.err for part in case.says), done.err
    # Nothing has trained, and no pickle has run.
    assert {path.name for path in tmp_path.iterdir()} == set(case.files)


@pytest.mark.parametrize("name", FINE)
def test_odd_data_that_are_fine_train(name, gls_sweep, tmp_path):
    case = FINE[name]
    done = run(case, gls_sweep, tmp_path)
    assert done.status == 0, done.err
    (record,) = done.records
    assert record["status"] == "finished"
    last = record["policies"]["last"]
    assert all(math.isfinite(last[name]) for name in ("train_loss", "test_nll", "test_accuracy"))


@pytest.mark.parametrize("launcher", ["packed", "basic"])
def test_one_bad_cell_of_a_sweep_stops_it_before_it_begins(launcher, gls_sweep):
    words = "-m schedule=quick seed=0 loss.smooth_rate=0 launcher.processes=1 dataset=twonorm noise=clean,gls_pairs"
    done = gls_sweep(*words.split(), f"hydra/launcher={launcher}")
    assert done.status == 2
    assert "noise=gls_pairs: knows the 10 classes" in done.lines[-1]
    assert not [line for line in done.lines if "Error executing job" in line or "Traceback" in line]
    assert done.records == []
