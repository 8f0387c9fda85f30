"""A cell is made again from what its `config.yaml` holds, whatever its options."""

from pathlib import Path

import pytest
import yaml

from gls_sweep.config.keys import GROUPS
from gls_sweep.config.noise import RateNoiseConfig
from gls_sweep.sweep.plan.stored import files_of, stored_cell, typed

CONF = Path(__file__).parents[2] / "conf"
NEED_FILES = {"parquet", "table", "image_folder", "clothing1m", "webvision", "food101n", "cifar10n", "cifar100n"}
NEED_VALUES = {
    "matrix": "noise.matrix=[[0.9,0.1],[0.2,0.8]]",
    "human": "noise.labels=worse",
    "file": "noise.path=y.npy",
}


def option_words() -> list[str]:
    found = [(group, path.stem) for group in ("dataset", "noise", "model", "loss") for path in (CONF / group).glob("*")]
    kept = sorted(f"{group}={name}" for group, name in found if name not in NEED_FILES)
    return [*kept, *(f"schedule={path.stem}" for path in sorted((CONF / "schedule").glob("*")))]


@pytest.mark.parametrize("option", option_words())
def test_every_option_gives_the_same_cell_again(option, make_cell, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("y.npy").write_bytes(b"labels")
    name = option.partition("=")[2]
    more = [NEED_VALUES[name]] if name in NEED_VALUES else []
    more += ["model.architecture=resnet18"] if option == "model=torchvision" else []
    more += ["dataset.openml_name=banana"] if option == "dataset=openml" else []
    cell = make_cell(option, *more)
    stored = yaml.safe_load(yaml.safe_dump(cell.described, sort_keys=False))
    again = stored_cell(stored, results="elsewhere", sweep="rerun")
    assert (again.signature, again.described) == (cell.signature, cell.described)
    assert type(again.config.loss) is type(cell.config.loss)


def test_a_node_that_fits_no_dataclass_stays_a_mapping():
    node = {"_target_": "mine.noise", "name": "mine", "strength": 2}
    assert typed("noise", node) == node
    assert typed("seed", 3) == 3


def test_a_function_of_ones_own_keeps_the_dataclass_that_its_keys_fit():
    node = {"_target_": "mine.noise", "name": "mine", "seed": 1, "generator": "numpy", "rate": 0.3}
    made = typed("noise", node)
    assert isinstance(made, RateNoiseConfig) and made._target_ == "mine.noise"


def test_each_group_has_a_dataclass_for_options_without_keys_of_their_own():
    for group in ("dataset", "noise", "model", "loss"):
        assert next(iter(GROUPS[group])) == group  # `typed` takes the first that fits


def test_files_that_decide_are_listed(make_cell, tmp_path):
    labels = tmp_path / "labels.npy"
    labels.write_bytes(b"labels")
    assert list(files_of(make_cell("noise=file", f"noise.path={labels}").config)) == [f"noise.path={labels}"]
