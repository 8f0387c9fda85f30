"""What decides a cell's outcome is in its signature, and nothing else is."""

import copy
from dataclasses import fields, is_dataclass
from fnmatch import fnmatch

import pytest

from gls_sweep.config import identity, signature

# Names, places on this machine, and how a sweep runs.
DECIDE_NOTHING = [
    "dataset.name",
    "noise.name",
    "model.name",
    "loss.name",
    "schedule.name",
    "schedule.phases.*.loss.name",
    "dataset.root",
    "dataset.download",
    "sweep",
    "results",
    "device",
    "launcher.*",
    "cluster.*",
]

# Nothing is drawn here.
DECIDE_NOTHING_WITH = {
    "noise=clean": ["noise.seed", "noise.generator"],
    "noise=file": ["noise.seed", "noise.generator"],
}

OPTIONS = [
    "dataset=digits",
    "dataset=breast_cancer",
    "dataset=twonorm",
    "dataset=cifar10",
    "dataset=cifar100",
    "dataset=parquet dataset.train=train.parquet dataset.test=test.parquet",
    "noise=clean",
    "noise=symmetric",
    "noise=symmetric_inclusive",
    "noise=pairflip",
    "noise=gls_pairs",
    "noise=asymmetric",
    "noise=matrix noise.matrix=[[0.9,0.1],[0.3,0.7]]",
    "noise=matrix noise.matrix=T.npy",
    "noise=file noise.path=labels.npy",
    "model=mlp",
    "model=cnn_small",
    "model=cnn9",
    "model=resnet18",
    "model=resnet34",
    "model=torchvision model.architecture=resnet50",
    "loss=gls",
    "loss=ce",
    "schedule=default",
    "schedule=direct",
    "schedule=quick",
    "schedule=warmup",
    "schedule=paper_direct",
    "schedule=paper_warmup",
]


@pytest.fixture(autouse=True)
def _folder_of_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("train.parquet", "test.parquet", "T.npy", "labels.npy", "other"):
        (tmp_path / name).write_text(name)


def leaves(node, key=""):
    """Yield the key, the holder and the name of every value in a tree of dataclasses, mappings and lists."""
    if is_dataclass(node):
        items = [(field.name, getattr(node, field.name)) for field in fields(node)]
    else:
        items = list(node.items() if isinstance(node, dict) else enumerate(node))
    for name, value in items:
        if is_dataclass(value) or (isinstance(value, dict | list) and value):
            yield from leaves(value, f"{key}{name}.")
        else:
            yield f"{key}{name}", node, name


def changed(value):
    """Give another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return [1] if value == [] else 3 if value is None else "other"


@pytest.mark.parametrize("option", OPTIONS)
def test_every_value_that_decides_changes_the_signature_and_no_other_does(option, make_cell):
    cell = make_cell(*option.split())
    nothing = DECIDE_NOTHING + DECIDE_NOTHING_WITH.get(option.split()[0], [])
    for position, (key, _, _) in enumerate(leaves(cell.config)):
        config = copy.deepcopy(cell.config)
        _, holder, name = list(leaves(config))[position]
        value = changed(getattr(holder, name) if is_dataclass(holder) else holder[name])
        setattr(holder, name, value) if is_dataclass(holder) else holder.__setitem__(name, value)
        decides = not any(fnmatch(key, pattern) for pattern in nothing)
        assert (signature(identity(config)) != cell.signature) == decides, key


def test_signatures_of_different_choices_differ(make_cell):
    signatures = [make_cell(*option.split()).signature for option in OPTIONS]
    same = {"dataset=digits", "noise=symmetric", "model=mlp", "loss=gls", "schedule=default"}
    assert len(set(signatures)) == len(OPTIONS) - len(same) + 1


def test_the_same_number_written_otherwise_is_the_same_cell(make_cell):
    for one, other in [("noise.rate=0", "noise.rate=-0.0"), ("loss.smooth_rate=-1", "loss.smooth_rate=-1e0")]:
        assert make_cell(one).signature == make_cell(other).signature


def test_a_file_decides_by_its_content(make_cell, tmp_path):
    words = "noise=matrix noise.matrix={}"
    (tmp_path / "copy.npy").write_text("T.npy")
    assert make_cell(*words.format("T.npy").split()).signature == make_cell(*words.format("copy.npy").split()).signature
    before = make_cell(*words.format("other").split()).signature
    assert before != make_cell(*words.format("T.npy").split()).signature


def test_the_order_of_phases_decides(make_cell):
    cell = make_cell()
    config = copy.deepcopy(cell.config)
    config.schedule.phases = dict(reversed(config.schedule.phases.items()))
    assert signature(identity(config)) != cell.signature


def test_the_name_of_an_option_from_outside_decides_nothing(make_cell):
    config = make_cell().config
    signatures = []
    for name, scale in [("mine", 1.0), ("renamed", 1.0), ("mine", 2.0)]:
        config.loss = {"_target_": "my_parts.loss", "name": name, "scale": scale, "kernel": {"name": "rbf"}}
        signatures.append(signature(identity(config)))
    assert signatures[0] == signatures[1] != signatures[2]
    config.loss["kernel"]["name"] = "linear"
    assert signature(identity(config)) not in signatures
