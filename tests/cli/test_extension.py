"""A loss, a noise model, a dataset and a preset from a folder outside the package."""

import sys
import textwrap

import pytest

from gls_sweep.record_file import cell_folder

CODE = """
import numpy as np
import torch
from torch.nn import functional as F

from gls_sweep.data import Dataset
from gls_sweep.noise import NoisyLabels


def scaled_ce(logits, labels, *, scale, shift):
    return scale * F.cross_entropy(logits, labels, reduction="none") + shift


def fragile(logits, labels):
    if len(logits) > 3:
        raise RuntimeError("too many samples for me")
    return F.cross_entropy(logits, labels, reduction="none")


def first_class(labels, rng, *, num_classes, share):
    transition = np.eye(num_classes)
    transition[0, :2] = 1 - share, share
    return NoisyLabels(rng(transition[labels]), transition)


def rings(*, size, split_seed):
    generator = torch.Generator().manual_seed(split_seed)
    points = torch.randn(size, 2, generator=generator)
    labels = (points.norm(dim=1) > 1.2).long().numpy()
    half = size // 2
    return Dataset(points[:half], labels[:half], points[half:], labels[half:], 2, ("inner", "outer"))
"""

OPTIONS = {
    "loss/scaled_ce.yaml": """
        _target_: my_parts.scaled_ce
        name: scaled_ce
        scale: 1.0
        shift: 0.0
    """,
    "loss/fragile.yaml": """
        _target_: my_parts.fragile
        name: fragile
    """,
    "noise/first_class.yaml": """
        _target_: my_parts.first_class
        name: first_class
        share: 0.25
        seed: ${seed}
    """,
    "dataset/rings.yaml": """
        _target_: my_parts.rings
        name: rings
        size: 200
        val_fraction: 0.25
        split_seed: 3
    """,
    "experiment/mine.yaml": """
        # @package _global_
        defaults:
          - override /dataset: rings
          - override /noise: first_class
          - override /loss: scaled_ce
          - override /schedule: quick
        launcher: {processes: 1}
        hydra: {sweeper: {params: {loss.scale: "1.0,2.0", seed: "0,1"}}}
    """,
}


@pytest.fixture
def mine(tmp_path):
    """Write the folder: `my_parts.py` and `conf/`."""
    folder = tmp_path / "mine"
    for name, text in OPTIONS.items():
        path = folder / "conf" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
    (folder / "my_parts.py").write_text(CODE)
    yield folder
    sys.modules.pop("my_parts", None)


def history(done, record):
    return (cell_folder(done.folder / "results" / "rings", record["signature"]) / "history.csv").read_bytes()


def test_a_sweep_over_parts_from_outside(gls_sweep_process, mine):
    done = gls_sweep_process("--config-dir=mine/conf", "-m", "experiment=mine", PYTHONPATH=str(mine))
    assert done.status == 0, done.err
    by_loss = {(r["config"]["loss"]["scale"], r["config"]["seed"]): r for r in done.records}
    assert set(by_loss) == {(1.0, 0), (1.0, 1), (2.0, 0), (2.0, 1)}
    for record in done.records:
        assert record["status"] == "finished"
        assert record["execution"]["pack_size"] == 4
        assert record["noise"]["transition"] == [[0.75, 0.25], [0, 1]]
        assert record["noise"]["realised_transition"][1] == [0, 1]
        assert 0.1 < record["noise"]["realised_transition"][0][1] < 0.4
    # Twice the loss is another cell, but the same cell after the shared warm-up of plain cross entropy.
    once, twice = (history(done, by_loss[scale, 0]).splitlines() for scale in (1.0, 2.0))
    assert once[:3] == twice[:3]
    assert once[3:] != twice[3:]


@pytest.mark.parametrize(
    "commands",
    [
        ["--config-dir={} loss=ce", "--config-dir={} loss=scaled_ce"],
        ["-m hydra.searchpath=[file://{}] loss=ce,scaled_ce seed=0 hydra/launcher=basic"],
    ],
)
def test_a_loss_from_outside_that_is_cross_entropy_trains_like_it(gls_sweep, mine, monkeypatch, commands):
    monkeypatch.syspath_prepend(str(mine))
    for command in commands:
        done = gls_sweep(*command.format(mine / "conf").split(), "dataset=rings", "noise=first_class", "schedule=quick")
        assert done.status == 0, done.err
    first, second = done.records
    assert first["signature"] != second["signature"]
    assert history(done, first) == history(done, second)


def test_a_part_that_does_not_fit_is_one_line(gls_sweep, mine, monkeypatch):
    monkeypatch.syspath_prepend(str(mine))
    words = ("--config-dir=mine/conf", "dataset=rings", "noise=clean", "schedule=quick")
    for change, parts in [
        ("loss=scaled_ce +loss.extra=1.5", ["loss: ", "extra"]),
        ("loss=scaled_ce loss._target_=my_parts.absent", ["loss._target_=my_parts.absent", "importable function"]),
        ("dataset.size=1", ["dataset: ", "empty"]),
        ("dataset.val_fraction=0 schedule.phases.main.start=val", ["schedule.phases.main.start=val"]),
        ("loss=scaled_cee", ["loss=scaled_cee", "did you mean scaled_ce?"]),
    ]:
        done = gls_sweep(*words, *change.split())
        assert done.status == 2
        assert all(part in done.lines[-1] for part in parts), done.err
        assert "Traceback" not in done.err
    assert done.records == []


def test_a_cell_that_fails_is_told_and_the_others_are_reported(gls_sweep, mine, monkeypatch):
    monkeypatch.syspath_prepend(str(mine))
    words = "-m dataset=rings noise=clean schedule=quick seed=0 loss=fragile,ce hydra/launcher=basic"
    done = gls_sweep("--config-dir=mine/conf", *words.split())
    assert done.status == 1
    assert sorted(record["status"] for record in done.records) == ["failed", "finished"]
    assert "no result for 1 of 2 cells:\n  1 x RuntimeError: too many samples for me (" in done.err
    assert "fail: failed" in done.out
