"""The quick composition of a sweep's cells is Hydra's own, to the last key."""

import pytest
from hydra import initialize_config_module
from hydra.core.global_hydra import GlobalHydra
from hydra.errors import HydraException
from hydra.types import RunMode
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from omegaconf import OmegaConf

from gls_sweep.cli.app import register_plugins
from gls_sweep.config import register_schemas
from gls_sweep.errors import UserError
from gls_sweep.sweep.plan.cells import Cell
from gls_sweep.sweep.plan.compose import Composer

CHOICES = {
    "dataset": ["digits", "breast_cancer", "twonorm"],
    "noise": ["clean", "pairflip", "symmetric"],
    "model": ["mlp", "cnn_small", "resnet18"],
    "loss": ["gls", "ce"],
    "schedule": ["default", "direct", "warmup"],
    "cluster": ["local"],
    "logger": ["none", "tensorboard"],
    "experiment": ["paper_twonorm", "paper_cifar10_symmetric"],
}
VALUES = {
    "seed": st.integers(0, 99),
    "sweep": st.sampled_from(["a", "'a b'", "${dataset.name}_${noise.name}", "x/y"]),
    "precision": st.just("float64"),
    "noise.seed": st.sampled_from(["3", "${seed}"]),
    "schedule.batch_size": st.integers(1, 512),
    "schedule.phases.main.epochs": st.integers(1, 9),
    "schedule.phases.main.learning_rate": st.just("{start:0.5,plan:steps,milestones:[1,2]}"),
    "schedule.phases.main.learning_rate.start": st.floats(1e-9, 1e3),
    "schedule.phases.main.optimizer.weight_decay": st.sampled_from(["1e-4", "0", "0.5"]),
    "launcher.max_pack": st.sampled_from(["null", "3"]),
    "+loss@schedule.phases.main.loss": st.just("ce"),
    "dataset.val_fraction": st.floats(0.1, 0.9),
    "dataset.split_seed": st.integers(0, 9),
}


@pytest.fixture(scope="module")
def hydra():
    register_schemas()
    register_plugins()
    with initialize_config_module("gls_sweep.conf", version_base="1.3"):
        loader = GlobalHydra.instance().config_loader()
        yield loader, loader.load_configuration("config", [], RunMode.MULTIRUN)


@pytest.fixture(scope="module")
def composer(hydra):
    return Composer(*hydra)


@st.composite
def overrides(draw):
    """Draw options and values in any order."""
    groups = draw(st.lists(st.sampled_from(list(CHOICES)), unique=True, max_size=3))
    keys = draw(st.lists(st.sampled_from(list(VALUES)), unique=True, max_size=5))
    words = [f"{group}={draw(st.sampled_from(CHOICES[group]))}" for group in groups]
    words += [f"{key}={draw(VALUES[key])}" for key in keys]
    return draw(st.permutations(words))


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=overrides())
def test_it_composes_what_hydra_composes(words, hydra, composer):
    loader, config = hydra
    try:
        expected = loader.load_sweep_config(config, words)
    except HydraException:  # a preset that sets keys of another option, for example
        with pytest.raises(UserError):
            composer.compose(words)
        return
    OmegaConf.set_struct(expected, False)
    expected.pop("hydra")
    composed = composer.compose(words)
    assert composed == expected
    for group in ("dataset", "noise", "model", "loss", "schedule", "launcher"):
        assert OmegaConf.get_type(composed, group) is OmegaConf.get_type(expected, group)
    assert OmegaConf.to_yaml(composed, resolve=True) == OmegaConf.to_yaml(expected, resolve=True)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=overrides())
def test_a_cell_made_of_nodes_seen_before_is_the_cell_made_anew(words, composer):
    try:
        expected = Cell.from_config(composer.compose(words))
    except UserError:
        with pytest.raises(UserError):
            composer.cell(words)
        return
    assert composer.cell(words) == expected


CHAINS = [
    {"dataset.split_seed": "${seed}", "noise.seed": "${dataset.split_seed}"},
    {"sweep": "seed", "noise.seed": "${${sweep}}"},
]


@pytest.mark.parametrize("chain", CHAINS)
def test_values_that_refer_to_others_follow_them(chain, hydra):
    """The references stand in the base, as from a preset: the overrides of the cells do not show them."""
    composer = Composer(*hydra)
    for key, value in chain.items():
        OmegaConf.update(composer._base(()), key, value)
    assert [composer.cell([f"seed={seed}"]).config.noise.seed for seed in (1, 2, 1)] == [1, 2, 1]


def test_a_composed_cell_does_not_touch_the_next_one(composer):
    before = composer.compose(["seed=1"])
    composer.compose(["seed=1", "model.hidden=[3]", "schedule.phases.main.epochs=3"])
    assert composer.compose(["seed=1"]) == before


def test_a_value_that_refers_to_another_follows_it(composer):
    for seed in (0, 1, 2):
        words = [f"seed={seed}", "dataset.split_seed=${seed}"]
        assert composer.cell(words).described == Cell.from_config(composer.compose(words)).described
        assert composer.cell(words).config.dataset.split_seed == seed
