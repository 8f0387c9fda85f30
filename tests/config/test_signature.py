"""What decides a cell's outcome is in its signature, and nothing else is."""

import copy
import shutil
from dataclasses import fields, is_dataclass
from fnmatch import fnmatch
from pathlib import Path

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
    "dataset.cache",
    "sweep",
    "results",
    "device",
    "launcher.*",
    "cluster.*",
    "logger.*",
    "figures.*",
]

# Nothing is drawn here.
DECIDE_NOTHING_WITH = {
    "noise=clean": ["noise.seed", "noise.generator"],
    "noise=file": ["noise.seed", "noise.generator"],
    "noise=human": ["noise.seed", "noise.generator"],
}

OPTIONS = [
    "dataset=digits",
    "dataset=digits dataset.fold=0",
    "dataset=breast_cancer",
    "dataset=twonorm",
    "dataset=cifar10",
    "dataset=cifar100",
    "dataset=ringnorm",
    "dataset=waveform",
    "dataset=two_dimensional",
    "dataset=mnist",
    "dataset=fashion_mnist",
    "dataset=svhn",
    "dataset=cifar10n dataset.human_labels=labels.npy",
    "dataset=cifar100n dataset.human_labels=labels.npy",
    "dataset=parquet dataset.train=train.parquet dataset.test=test.parquet",
    "dataset=parquet dataset.train=train.parquet dataset.test=test.parquet dataset.human_labels=labels.npy",
    "dataset=image_folder dataset.root=photos",
    "dataset=image_folder dataset.root=photos dataset.train=labels.npy dataset.classes=T.npy",
    "dataset=image_folder dataset.root=photos dataset.noisy_labels=labels.npy dataset.classes=[a,b]",
    "dataset=table dataset.train=train.parquet",
    "dataset=table dataset.train=train.parquet dataset.test=test.parquet dataset.drop=[a]",
    "dataset=openml dataset.openml_name=genes",
    "dataset=splice",
    "noise=clean",
    "noise=symmetric",
    "noise=symmetric_inclusive",
    "noise=pairflip",
    "noise=gls_pairs",
    "noise=asymmetric",
    "noise=block_cyclic",
    "noise=superclass_cyclic",
    "noise=instance",
    "noise=instance_cores",
    "noise=matrix noise.matrix=[[0.9,0.1],[0.3,0.7]]",
    "noise=matrix noise.matrix=T.npy",
    "noise=file noise.path=labels.npy",
    "noise=human",
    "model=mlp",
    "model=cnn_small",
    "model=cnn9",
    "model=resnet18",
    "model=resnet34",
    "model=torchvision model.architecture=resnet50",
    "loss=gls",
    "loss=gls loss.smooth_rate=auto",
    "loss=ce",
    "loss=bootstrap_soft",
    "loss=bootstrap_hard",
    "loss=forward",
    "loss=forward loss.transition=true",
    "loss=forward loss.transition=[[0.9,0.1],[0.3,0.7]]",
    "loss=forward loss.transition=T.npy",
    "loss=backward",
    "loss=mae",
    "loss=gce",
    "loss=sce",
    "loss=nce_rce",
    "loss=nfl_mae",
    "loss=focal",
    "loss=logit_clip",
    "loss=peer",
    "loss=total_variation",
    "loss=cores",
    "loss=negative_learning",
    "loss=complementary",
    "loss=elr",
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
    for name in ("train", "test"):
        (tmp_path / "photos" / name / "cat").mkdir(parents=True)
        (tmp_path / "photos" / name / "cat" / f"{name}.jpg").touch()


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


def test_a_folder_of_images_decides_by_the_names_in_it_wherever_it_lies(make_cell, tmp_path):
    def signature_of(folder):
        return make_cell("dataset=image_folder", f"dataset.root={folder}").signature

    def copy_photos(name):
        return Path(shutil.copytree(tmp_path / "photos", tmp_path / name))

    moved, renamed, more, hidden = map(copy_photos, ("moved", "renamed", "more", "hidden"))
    (moved / "train" / "cat" / "train.jpg").write_text("another time of change, another size")
    (renamed / "train" / "cat").rename(renamed / "train" / "dog")
    (more / "test" / "cat" / "2.jpg").touch()
    (hidden / "test" / ".directory").touch()
    assert signature_of(moved) == signature_of("photos") == signature_of(hidden)
    assert len({signature_of(folder) for folder in ("photos", renamed, more)}) == 3


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
