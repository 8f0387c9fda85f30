"""What losses ask for beside logits and labels: drawn from the seeds, kept through interruptions, mixed right."""

import dataclasses
from pathlib import Path

import pytest
import torch

from gls_sweep.errors import UserError
from gls_sweep.losses import ce
from gls_sweep.sweep.disk.store import Store
from gls_sweep.sweep.work import estimates
from gls_sweep.sweep.work.estimates import estimate_for, needs_estimate
from gls_sweep.sweep.work.examine import examine_cell
from gls_sweep.sweep.work.loading import load_source, replica_data, share_data
from gls_sweep.sweep.work.pack import PackTrainer
from gls_sweep.training.execution import make_execution
from gls_sweep.training.extras import EpochExtras, label_shares
from gls_sweep.training.mixup import Mixing, mixed
from gls_sweep.training.phase import Phase, PhaseRun
from gls_sweep.training.population import Population, fresh_model
from tests.training.test_bits import same

SMALL = ["dataset.test_fraction=0.8", "schedule=quick", "schedule.batch_size=45"]
ASKING = {
    "memory": ["loss=elr"],
    "peers": ["loss=peer"],
    "other labels": ["loss=negative_learning"],
    "label shares": ["loss=cores"],
    "a matrix": ["loss=forward", "loss.transition=true"],
    "an estimated matrix": ["loss=backward"],
    "an estimated rate": ["loss=gls", "loss.smooth_rate=auto"],
    "mixup": ["loss=gls", "loss.smooth_rate=-0.4", "schedule.phases.main.mixup=0.4"],
    "memory of a looped model": ["loss=elr", "model=cnn_small", "model.width=4"],
}
VARIANTS = [["seed=0"], ["seed=1", "noise.rate=0.4"], ["seed=0", "noise.rate=0.6"]]


@pytest.fixture
def replicas(make_cell):
    """Data of two replicas of seeds 1 and 0 with different labels, as `SharedData` and `ReplicaData`."""
    cells = [make_cell(*SMALL, "loss=ce", f"seed={seed}", f"noise.rate={rate}") for seed, rate in ((1, 0.3), (0, 0.6))]
    source = load_source(cells[0].config)
    shared = share_data(source, "float32", torch.device("cpu"))
    return shared, replica_data([cell.stages[-1] for cell in cells], source, shared, [{}, {}])


@pytest.mark.parametrize("kind", ASKING)
def test_a_cell_is_the_same_alone_and_in_any_pack(kind, make_cell, train_cells):
    cells = [make_cell(*SMALL, *ASKING[kind], *variant) for variant in VARIANTS]
    together = train_cells(cells)
    assert len({repr(outcome.history) for outcome in together}) == len(cells)
    for cell, outcome in zip(cells, together, strict=True):
        assert same(train_cells([cell])[0], outcome, equal_nan=True)  # a correction by a bad estimate may diverge
    for outcome, turned in zip(together, train_cells(cells[::-1])[::-1], strict=True):
        assert same(turned, outcome, equal_nan=True)


@pytest.mark.parametrize("kind", ["memory", "peers", "an estimated rate", "mixup"])
def test_an_interrupted_pack_goes_on_bit_for_bit(kind, make_cell, train_cells, tmp_path):
    cells = [make_cell(*SMALL, *ASKING[kind], *variant, "launcher.checkpoint_seconds=0") for variant in VARIANTS]
    undisturbed = train_cells(cells)
    store = Store(tmp_path / "interrupted")

    def interrupt(stage, epoch):
        if stage.index == 1:
            raise KeyboardInterrupt

    for _ in range(2):  # each time the epoch that it is interrupted in is lost, the one before is kept
        with pytest.raises(KeyboardInterrupt):
            list(PackTrainer(store, cells[0], interrupt).train([cell.stages[-1] for cell in cells]))
    resumed = train_cells(cells[1:], store.folder) + train_cells(cells[:1], store.folder)
    assert all(map(same, resumed, [*undisturbed[1:], undisturbed[0]]))


def test_peers_are_drawn_from_the_given_labels(replicas):
    shared, own = replicas
    extras = EpochExtras(frozenset(["peer_labels", "other_labels"]), shared, own, "main", 1)
    size = own.train_labels.shape[1]
    values = extras.values(slice(0, size), own.train_labels)
    share = label_shares(own.train_labels, shared.num_classes, torch.float64)
    drawn = label_shares(values["peer_labels"], shared.num_classes, torch.float64)
    assert torch.allclose(share.sum(1), torch.ones(2, dtype=torch.float64))
    assert (drawn - share).abs().max() < 4 * (0.2 * 0.8 / size) ** 0.5
    assert (values["other_labels"] != own.train_labels).all()
    assert values["other_labels"].unique().tolist() == list(range(10))
    again = EpochExtras(frozenset(["peer_labels"]), shared, own, "main", 2).values(slice(0, size), own.train_labels)
    assert (again["peer_labels"] != values["peer_labels"]).any()


def test_a_memory_holds_a_row_for_each_sample(make_cell, replicas):
    shared, own = replicas
    cell = make_cell(*SMALL, "loss=ce", "schedule.batch_size=32")
    name, config = cell.stages[-1].phase

    def count_visits(logits, labels, *, memory):
        return ce(logits, labels), memory + torch.nn.functional.one_hot(labels, 10)

    model = fresh_model(lambda: torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 10)), 0, torch.float32)
    population = Population(model, [model.state_dict()] * 2, shared.device)
    execution = make_execution(model, shared.device, "float32")
    run = PhaseRun(execution, population, Phase(name, config, 32, count_visits), shared, own)
    for epoch in run.run():
        visits = run.state()["memory"]["memory"]
        assert torch.equal(visits, epoch * torch.nn.functional.one_hot(own.train_labels, 10).float())


def test_mixup_mixes_inputs_and_labels_alike():
    """Inputs that are their own labels: a mixed input says which labels it is made of, and in what parts."""
    labels = torch.tensor([[3, 1, 4, 1, 5], [2, 6, 5, 3, 5]])
    inputs = torch.nn.functional.one_hot(labels, 10).double()
    mixing = Mixing(1.0, [7, 8], 3, "main", 1)
    blends, partners, weights = mixing.mix(inputs, 2)
    logits = torch.randn(5, 10, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    for seed in range(2):
        others = labels[seed, partners[seed]]
        got = mixed(ce)(logits, labels[seed], partner_labels=others, mix_weight=weights[seed])
        assert torch.allclose(got, -(blends[seed] * logits.log_softmax(1)).sum(1))
    assert ((weights > 0) & (weights < 1)).all() and weights[0] != weights[1]


def test_the_estimated_rate_is_the_one_that_trains(make_cell, train_cells, tmp_path):
    auto = make_cell(*SMALL, "schedule.phases.warmup.epochs=20", "noise.rate=0.4", "loss.smooth_rate=auto")
    trainer = PackTrainer(Store(tmp_path / "auto"), auto, lambda stage, epoch: None)
    ((_, outcome, execution),) = trainer.train([auto.stages[-1]])
    rate = execution["estimate"]["smooth_rate"]
    assert -3 < rate < -0.3 and 0.2 < execution["estimate"]["noise_rate"] < 0.6
    number = make_cell(*SMALL, "schedule.phases.warmup.epochs=20", "noise.rate=0.4", f"loss.smooth_rate={rate}")
    assert same(train_cells([number])[0], outcome)


def test_an_estimate_that_fails_is_the_failure_of_its_own_cell(make_cell, tmp_path, monkeypatch):
    """The network of seed 1 gives no distributions: its cell fails, the others of the pack train on."""
    cells = [make_cell(*SMALL, f"loss.smooth_rate={rate}", f"seed={seed}") for rate, seed in (("auto", 0), ("auto", 1))]
    cells.append(make_cell(*SMALL, "loss.smooth_rate=-0.4", "seed=1"))
    trainer = PackTrainer(Store(tmp_path / "partly"), cells[0], lambda stage, epoch: None)
    make = estimates.estimate

    def fail_for_seed_1(name, *, seed, **arrays):
        if seed == 1:
            raise UserError("probabilities: row 0 is no distribution")
        return make(name, seed=seed, **arrays)

    monkeypatch.setattr(estimates, "estimate", fail_for_seed_1)
    trained = []
    with pytest.raises(UserError, match="no distribution"):
        for stage, _, _ in trainer.train([cell.stages[-1] for cell in cells]):
            trained.append(stage.signature)
    assert trained == [cells[0].signature, cells[2].signature]


def test_a_memory_counts_in_the_estimate_of_a_packs_memory(make_cell):
    with_memory, without = (examine_cell(make_cell(*SMALL, f"loss={loss}")).replica_bytes for loss in ("elr", "ce"))
    samples = len(load_source(make_cell(*SMALL, "loss=ce").config).kept)
    assert with_memory - without == samples * 10 * 4


def test_only_what_is_asked_for_is_estimated(make_cell):
    assert not needs_estimate(make_cell(*SMALL, "loss.smooth_rate=-1").config.loss)
    given = make_cell(*SMALL, "loss=forward", "loss.transition=true")
    assert not needs_estimate(given.config.loss)
    assert estimate_for([given.stages[-1]], {}, None, None, None) == {}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["schedule=direct", "loss.smooth_rate=auto"], r"loss\.smooth_rate=auto: .* main is the first"),
        (["schedule=direct", "loss=backward"], r"loss\.transition=estimated: .*first"),
        (["loss=elr", "schedule.phases.main.mixup=0.2"], r"\.main\.mixup=0\.2: must be 0 with loss=elr"),
        (["loss=forward", "loss.transition=[[0.5,0.5],[0.1,0.9]]"], r"loss\.transition: has shape \(2, 2\)"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_trains(words, message, make_cell):
    with pytest.raises(UserError, match=message):
        examine_cell(make_cell("schedule=quick", *words))


def test_inputs_on_disk_train_as_those_in_memory(make_cell, train_cells, tmp_path: Path, monkeypatch):
    """Nothing of a memory map is copied but batches; the numbers are the same."""
    from gls_sweep.sweep.work import loading

    cells = [make_cell(*SMALL, f"seed={seed}") for seed in (0, 1)]
    expected = train_cells(cells)
    source = load_source(cells[0].config)
    on_disk = dataclasses.replace(source.dataset, on_disk=True)
    monkeypatch.setattr(loading, "_load_source", lambda options: dataclasses.replace(source, dataset=on_disk))
    assert all(map(same, train_cells(cells), expected))
