"""A cell's result belongs to the cell, to the last bit in float32 on CPU."""

import os
from pathlib import Path

import pytest
import torch

from gls_sweep.sweep.disk.checkpoints import find_states, save_checkpoint
from gls_sweep.sweep.disk.outcome import Outcome
from gls_sweep.sweep.disk.store import Store
from gls_sweep.sweep.work.pack import PackTrainer

SMALL = ["dataset.test_fraction=0.8", "schedule=quick", "schedule.batch_size=45"]  # last batch of 44 or less
KINDS = {
    "mlp": ["model.hidden=[64,64]"],
    "mlp of odd widths, tiny last batch": ["model.hidden=[33,17]", "schedule.batch_size=43"],
    "mlp with BatchNorm and dropout": ["model.hidden=[31,9]", "model.batch_norm=true", "model.dropout=0.3"],
    "mlp with Adam": ["schedule.phases.main.optimizer={name: adam, momentum: 0}"],
    "mlp on features": ["dataset=breast_cancer", "dataset.test_fraction=0.6"],
    "cnn_small": ["model=cnn_small", "model.width=4"],
    "mlp in bfloat16": ["model.hidden=[64,64]", "precision=bfloat16"],
    "mlp of odd widths in bfloat16": ["model.hidden=[33,17]", "precision=bfloat16", "schedule.batch_size=43"],
    "cnn_small in bfloat16": ["model=cnn_small", "model.width=4", "precision=bfloat16"],
}
VARIANTS = [["seed=0"], ["seed=1"], ["loss.smooth_rate=-6"], ["noise.rate=0.6"], ["loss.smooth_rate=0.8", "seed=2"]]


def same(one: Outcome, other: Outcome, equal_nan: bool = False) -> bool:
    def equal(name: str) -> bool:
        return torch.allclose(one.weights[name], other.weights[name], rtol=0, atol=0, equal_nan=equal_nan)

    weights = one.weights.keys() == other.weights.keys() and all(map(equal, one.weights))
    return weights and repr(one.history) == repr(other.history) and one.diverged == other.diverged


@pytest.fixture
def threads():
    before = torch.get_num_threads()
    yield torch.set_num_threads
    torch.set_num_threads(before)


@pytest.mark.parametrize("kind", KINDS)
def test_a_cell_is_the_same_alone_in_any_pack_and_with_any_threads(kind, make_cell, train_cells, threads):
    threads(1)
    base = [*SMALL, *KINDS[kind], "loss.smooth_rate=-0.8", "seed=0"]
    cells = [make_cell(*base, *variant) for variant in VARIANTS]
    together = train_cells(cells)
    assert len({repr(outcome.history) for outcome in together}) == len(cells)
    for count in (1, 2):
        threads(count)
        assert same(train_cells([cells[0]])[0], together[0])
        assert all(map(same, train_cells([cells[3], cells[0]]), [together[3], together[0]]))
    assert all(map(same, train_cells(cells[::-1]), together[::-1]))


def test_augmented_colour_images_keep_their_bits_too(make_cell, train_cells, shared_data: Path):
    folder = shared_data / "cifar10"
    images = [f"dataset.{part}={folder / part}.parquet" for part in ("train", "test")]
    base = [
        "dataset=parquet",
        *images,
        "dataset.limit=200",
        "dataset.augment=true",
        "model=cnn_small",
        "schedule=quick",
    ]
    cells = [make_cell(*base, "model.width=4", *variant) for variant in VARIANTS[:3]]
    together = train_cells(cells)
    assert all(same(train_cells([cell])[0], outcome) for cell, outcome in zip(cells, together, strict=True))


@pytest.mark.parametrize("model", ["mlp", "mlp with BatchNorm and dropout", "mlp with Adam", "cnn_small"])
@pytest.mark.parametrize("stop", [1, 2, 3])
def test_an_interrupted_pack_goes_on_bit_for_bit_in_other_packs(model, stop, make_cell, train_cells, tmp_path):
    """Stop after an epoch of the warm-up or of the main phase, then go on with other packs."""
    base = [*SMALL, *KINDS[model], "schedule.phases.main.start=val", "launcher.checkpoint_seconds=0"]
    cells = [make_cell(*base, *variant) for variant in VARIANTS[:3]]
    undisturbed = train_cells(cells)
    store, seen = Store(tmp_path / "interrupted"), 0

    def interrupt(stage, epoch):
        nonlocal seen
        seen += 1
        if seen == stop + 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(PackTrainer(store, cells[0], interrupt).train([cell.stages[-1] for cell in cells]))
    assert stop == 2 or list(store.running.glob("*.pt"))  # after 2 epochs the warm-up is done, the main phase not begun
    resumed = train_cells([cells[2]], store.folder) + train_cells(cells[:2], store.folder)
    assert all(map(same, resumed, [undisturbed[2], *undisturbed[:2]]))


def test_a_checkpoint_is_found_by_any_of_its_members(tmp_path):
    state = {"epoch": 3, "weights": {"w": torch.arange(6.0).view(3, 2)}, "history": [["a"], ["b"], ["c"]]}
    save_checkpoint(tmp_path, ["x", "y", "z"], state)
    groups = find_states(tmp_path, ["z", "new", "x"])
    assert [names for names, _ in groups] == [["z", "x"], ["new"]]
    found = groups[0][1]
    assert found is not None and found["epoch"] == 3 and found["history"] == [["c"], ["a"]]
    assert torch.equal(found["weights"]["w"], torch.tensor([[4.0, 5.0], [0.0, 1.0]]))
    assert groups[1][1] is None


def test_of_two_checkpoints_the_newer_one_wins(tmp_path):
    for members, epoch in ((["x", "y", "z"], 3), (["y", "x"], 60)):
        save_checkpoint(tmp_path, members, {"epoch": epoch, "weights": {"w": torch.zeros(len(members))}})
        os.utime(max(tmp_path.iterdir(), key=lambda path: path.stat().st_mtime_ns), (epoch, epoch))
    epochs = {
        name: state and state["epoch"] for names, state in find_states(tmp_path, ["x", "y", "z"]) for name in names
    }
    assert epochs == {"x": 60, "y": 60, "z": 3}


def test_a_diverged_replica_leaves_the_others_alone(make_cell, train_cells):
    wild = ["schedule=direct", "schedule.phases.main.epochs=6", "schedule.phases.main.learning_rate.start=0.5"]
    base = ["dataset.test_fraction=0.8", *wild]
    tame, other = (make_cell(*base, "loss.smooth_rate=0.4", f"seed={seed}") for seed in (0, 1))
    exploding = make_cell(*base, "loss.smooth_rate=-1e30")
    outcomes = train_cells([tame, exploding, other])
    assert outcomes[1].diverged == {"phase": "main", "epoch": len(outcomes[1].history) + 1}
    assert same(outcomes[1], train_cells([exploding])[0], equal_nan=True)  # frozen when it diverged
    assert same(outcomes[0], train_cells([tame])[0]) and outcomes[0].diverged is None
    assert same(outcomes[2], train_cells([other])[0])


def test_a_shared_warm_up_trains_once(make_cell, train_cells, tmp_path):
    cells = [make_cell(*SMALL, f"loss.smooth_rate={rate}") for rate in (0.4, -0.4)]
    assert (
        cells[0].stages[0].signature == cells[1].stages[0].signature != make_cell(*SMALL, "seed=1").stages[0].signature
    )
    train_cells(cells[:1], tmp_path)
    (cached,) = (tmp_path / "warmups").glob("*.pt")
    written = cached.stat().st_mtime_ns
    later = train_cells(cells[1:], tmp_path)[0]
    assert cached.stat().st_mtime_ns == written
    assert same(later, train_cells(cells)[1])
    assert [row["phase"] for row in later.history] == ["warmup"] * 2 + ["main"] * 2
