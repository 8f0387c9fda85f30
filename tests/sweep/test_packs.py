"""How cells are grouped, and what they share."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gls_sweep.sweep.plan.packs import cut_by_stage, cut_into_packs, group_cells, most_replicas


@settings(deadline=None)
@given(st.integers(1, 300), st.integers(1, 64), st.integers(1, 4))
def test_packs_hold_every_cell_once_and_are_even(count, most, processes):
    packs = cut_into_packs(list(range(count)), most, processes)
    assert [cell for pack in packs for cell in pack] == list(range(count))
    sizes = [len(pack) for pack in packs]
    assert max(sizes) <= most and max(sizes) - min(sizes) <= 1
    assert len(packs) == count or count < processes or len(packs) % processes == 0


def test_memory_limits_a_pack_but_never_below_one_cell():
    assert most_replicas(replica_bytes=10, pack_bytes=50, memory=100, limit=32) == 5
    assert most_replicas(replica_bytes=10, pack_bytes=50, memory=10_000, limit=32) == 32
    assert most_replicas(replica_bytes=10, pack_bytes=50, memory=0, limit=32) == 1


def test_cells_that_differ_in_labels_seeds_and_loss_numbers_train_together(make_cell):
    together = [
        make_cell("loss.smooth_rate=-1"),
        make_cell("loss.smooth_rate=-1", "loss.wa=0.5"),
        make_cell("noise.rate=0.6"),
        make_cell("noise=pairflip", "seed=3"),
    ]
    apart = [
        make_cell("loss=ce"),
        make_cell("model.hidden=[8]"),
        make_cell("schedule=quick"),
        make_cell("dataset=twonorm"),
    ]
    groups = group_cells([*apart, *together])
    assert sorted(map(len, groups)) == [1, 1, 1, 1, 4]
    assert {cell.signature for cell in max(groups, key=len)} == {cell.signature for cell in together}


def test_shared_stages_are_trained_ahead_where_packs_would_train_few_of_them(make_cell):
    cells = [make_cell(f"loss.smooth_rate={rate}", f"seed={seed}") for seed in range(4) for rate in (0, -1, -2)]
    parts = cut_by_stage(cells, most=4, processes=2)
    assert [cell.signature for part in parts for cell in part] == [cell.signature for cell in cells]
    assert [len({cell.stages[0].signature for cell in part}) for part in parts] == [2, 2]
    assert cut_by_stage(cells, most=6, processes=2) == []  # one pack for each process
    assert cut_by_stage([make_cell(f"seed={seed}") for seed in range(9)], 2, 2) == []  # each has its own
    assert cut_by_stage([make_cell("schedule=direct", f"seed={seed}") for seed in range(9)], 2, 2) == []


def test_cells_share_a_warm_up_unless_data_labels_seeds_or_the_warm_up_differ(make_cell):
    def warmup(*overrides: str) -> str:
        return make_cell(*overrides).stages[0].signature

    base = warmup()
    assert warmup("loss.smooth_rate=-8") == warmup("loss=ce") == warmup("schedule.phases.main.epochs=3") == base
    assert warmup("results=elsewhere", "device=cpu", "launcher.max_pack=3") == base
    different = ["seed=1", "noise.rate=0.4", "noise.seed=9", "model.hidden=[9]", "schedule.phases.warmup.epochs=3"]
    different += [
        "schedule.phases.main.start=val",
        "dataset.split_seed=1",
        "precision=float64",
        "schedule.batch_size=8",
    ]
    assert len({base, *map(warmup, different)}) == len(different) + 1
