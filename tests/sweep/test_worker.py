"""Packs that do not fit into memory, cells that fail, and what is left lying around."""

import gc
import json
import os
import weakref

import pytest
import torch

from gls_sweep.files import owner
from gls_sweep.record_file import read_record
from gls_sweep.sweep.disk.store import Store
from gls_sweep.sweep.disk.tidy import remove_leftovers
from gls_sweep.sweep.work import pack
from gls_sweep.sweep.work.worker import train_pack, train_shared

SMALL = ["dataset.test_fraction=0.8", "schedule=quick", "model.hidden=[9]"]


@pytest.fixture
def four_cells(make_cell):
    return [make_cell(*SMALL, f"loss.smooth_rate={rate}") for rate in (0.4, 0.0, -1.0, -2.0)]


def statuses(store: Store, cells) -> list[str]:
    return [read_record(store.record(cell.signature))["status"] for cell in cells]


def run_out_above(monkeypatch, most: int) -> list[int]:
    """Let training run out of memory for packs of more than `most` cells; gives the sizes that were tried."""
    train, sizes, earlier = pack.PackTrainer.train, [], []

    def limited(self, stages):
        if stages[0].index == 0:
            return train(self, stages)
        gc.collect()
        assert not [trainer for trainer in earlier if trainer() is not None], "the pack that did not fit is still there"
        sizes.append(len(stages))
        if len(stages) > most:
            earlier.append(weakref.ref(self))
            raise torch.OutOfMemoryError("CUDA out of memory")
        return train(self, stages)

    monkeypatch.setattr(pack.PackTrainer, "train", limited)
    return sizes


def test_a_pack_that_does_not_fit_is_halved_until_it_does(four_cells, tmp_path, monkeypatch, caplog):
    sizes = run_out_above(monkeypatch, 1)
    store = Store(tmp_path)
    assert train_pack(tmp_path, four_cells) is None
    assert sizes == [4, 2, 1, 1, 2, 1, 1]
    assert statuses(store, four_cells) == ["finished"] * 4
    assert "4 cells does not fit into memory" in caplog.text


def test_a_cell_that_does_not_fit_alone_fails_and_says_so(four_cells, tmp_path, monkeypatch):
    run_out_above(monkeypatch, 0)
    store = Store(tmp_path)
    train_pack(tmp_path, four_cells[:2])
    assert statuses(store, four_cells[:2]) == ["failed"] * 2
    record = json.loads(store.record(four_cells[0].signature).read_text())
    assert "out of memory" in record["error"]
    monkeypatch.undo()
    train_pack(tmp_path, four_cells[:2])
    assert statuses(store, four_cells[:2]) == ["finished"] * 2


def test_what_fails_ahead_of_the_packs_is_left_to_them(four_cells, tmp_path, monkeypatch):
    def run_out(self, stages):
        raise torch.OutOfMemoryError("CUDA out of memory")

    with monkeypatch.context() as patched:
        patched.setattr(pack.PackTrainer, "reach", run_out)
        assert train_shared(tmp_path, four_cells) is None
    assert not list(tmp_path.glob("warmups/*")) and not list(tmp_path.glob("running/*.beat"))
    assert train_shared(tmp_path, four_cells) is None
    (warmup,) = tmp_path.glob("warmups/*")
    before = warmup.stat().st_mtime_ns
    assert train_pack(tmp_path, four_cells) is None
    assert statuses(Store(tmp_path), four_cells) == ["finished"] * 4
    assert warmup.stat().st_mtime_ns == before


def test_only_files_of_dead_processes_are_removed(tmp_path):
    store = Store(tmp_path)
    store.running.mkdir()
    dead = owner().rpartition(".")[0] + ".4194999"
    gone = [store.running / f"{dead}.beat", tmp_path / f".table.csv.ab12.{dead}.tmp", store.running / f"abc.{dead}.tmp"]
    kept = [store.running / f"{owner()}.beat", tmp_path / "notes.tmp", tmp_path / "a.b.tmp", tmp_path / "table.csv"]
    old_elsewhere = store.running / "otherhost.17.beat"
    for path in [*gone, *kept, old_elsewhere]:
        path.touch()
    os.utime(old_elsewhere, (0, 0))
    remove_leftovers(store)
    assert not [path for path in [*gone, old_elsewhere] if path.exists()]
    assert all(path.exists() for path in kept)
