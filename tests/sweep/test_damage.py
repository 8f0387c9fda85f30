"""Files cut off or changed are noticed, said, and made again; every file of a cell, at many places."""

import json
import logging
import shutil
from pathlib import Path

import pytest

from gls_sweep import record_file
from gls_sweep.results import versions
from gls_sweep.results.gather import gather
from gls_sweep.results.index import write_index
from gls_sweep.sweep.disk.sealed import Damaged, read_about, read_sealed, write_sealed
from gls_sweep.sweep.disk.status import is_done, undone
from gls_sweep.sweep.disk.store import Store
from gls_sweep.sweep.plan.cells import Cell
from gls_sweep.sweep.work.worker import train_pack

SMALL = ["dataset.test_fraction=0.8", "schedule=quick", "model.hidden=[9]"]
TENTHS = [*range(10), -1]  # -1: not cut, but a byte is flipped


@pytest.fixture(scope="module")
def trained(make_cell, tmp_path_factory) -> tuple[Store, Cell]:
    store, cell = Store(tmp_path_factory.mktemp("sweep")), make_cell(*SMALL, "loss.smooth_rate=-1")
    assert train_pack(store.folder, [cell]) is None
    return store, cell


def damage(path: Path, tenth: int) -> None:
    content = path.read_bytes()
    if tenth >= 0:
        path.write_bytes(content[: len(content) * tenth // 10])
    else:
        middle = len(content) // 2
        path.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])


@pytest.mark.parametrize("name", ["record.json", "history.csv", "checkpoint.pt", "config.yaml"])
def test_a_damaged_file_makes_a_cell_undone_and_is_reported(name, trained, tmp_path, caplog):
    store, cell = trained
    assert is_done(store, cell.signature)
    for tenth in TENTHS:
        copy = Store(tmp_path / str(tenth))
        shutil.copytree(store.folder, copy.folder)
        damage(copy.cell(cell.signature) / name, tenth)
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            assert not is_done(copy, cell.signature)
        assert name in caplog.text and "trained again" in caplog.text


def test_training_again_gives_the_very_same_files(trained, tmp_path):
    store, cell = trained
    copy = Store(tmp_path / "sweep")
    shutil.copytree(store.folder, copy.folder)
    damage(copy.cell(cell.signature) / "history.csv", 5)
    damage(next((copy.folder / "warmups").iterdir()), 5)
    train_pack(copy.folder, [cell])
    assert is_done(copy, cell.signature)
    for name in ("config.yaml", "history.csv"):
        assert (copy.cell(cell.signature) / name).read_bytes() == (store.cell(cell.signature) / name).read_bytes()
    records = [json.loads(each.record(cell.signature).read_text()) for each in (store, copy)]
    assert records[0]["policies"] == records[1]["policies"]
    assert records[0]["files"]["history.csv"] == records[1]["files"]["history.csv"]


@pytest.mark.parametrize("tenth", TENTHS)
def test_a_damaged_sealed_file_is_noticed(tenth, tmp_path):
    path = write_and_give(tmp_path)
    assert read_about(path) == ["a", "b"] and read_sealed(path) == {"epoch": 3}
    damage(path, tenth)
    with pytest.raises(Damaged, match="checksum"):
        read_sealed(path)
    with pytest.raises(Damaged, match="checksum"):
        read_about(path)


def write_and_give(folder: Path) -> Path:
    path = folder / "state.pt"
    write_sealed(path, ["a", "b"], {"epoch": 3})
    return path


def test_a_cell_of_another_version_is_trained_again_with_one_word(trained, tmp_path, caplog, monkeypatch):
    store, cell = trained
    copy = Store(tmp_path / "sweep")
    shutil.copytree(store.folder, copy.folder)
    write_index(copy.folder, gather(copy.folder, verify=True))
    assert undone(copy, [cell.signature, "0123456789abcdef"]) == ["0123456789abcdef"]
    for module in (record_file, versions):
        monkeypatch.setattr(module, "RESULTS_VERSION", 0)
    with caplog.at_level(logging.WARNING):
        assert undone(copy, [cell.signature, "0123456789abcdef"]) == [cell.signature, "0123456789abcdef"]
    assert [message for message in caplog.messages if "another version" in message] == [
        f"{copy.folder}: 1 cells are of another version of gls_sweep; they are trained again"
    ]


@pytest.mark.parametrize("name", ["record.json", "history.csv", "checkpoint.pt", "config.yaml"])
def test_damage_is_noticed_in_spite_of_the_index(name, trained, tmp_path):
    store, cell = trained
    for tenth in TENTHS:
        copy = Store(tmp_path / str(tenth))
        shutil.copytree(store.folder, copy.folder)
        write_index(copy.folder, gather(copy.folder, verify=True))
        assert undone(copy, [cell.signature]) == []
        damage(copy.cell(cell.signature) / name, tenth)
        assert undone(copy, [cell.signature]) == [cell.signature]
