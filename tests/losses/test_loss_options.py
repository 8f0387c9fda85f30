"""The configuration of the losses: what is written otherwise and means the same is the same cell."""

import pytest

from gls_sweep.config.loss import LOSSES
from gls_sweep.errors import UserError
from gls_sweep.losses import EXTRAS
from gls_sweep.sweep.plan.cells import pack_key
from gls_sweep.sweep.work.examine import try_loss
from tests.losses.cases import CASES


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("loss.smooth_rate=-1", "loss.smooth_rate=-1.0"),
        ("loss.smooth_rate=0", "loss.smooth_rate=-0.0"),
        ("loss.smooth_rate=0 seed=0", "loss.smooth_rate=${seed} seed=0"),
        ("loss.smooth_rate=-1", "loss.smooth_rate=-1 loss.estimator=hoc"),
        ("loss=gls loss.smooth_rate=auto", "loss=gls_auto"),
        ("loss=forward", "loss=forward loss.transition=estimated"),
        ("loss=forward loss.transition=true", "loss=forward loss.transition=true loss.estimator=anchor"),
        ("loss=gce loss.q=1", "loss=gce loss.q=1.0"),
    ],
)
def test_the_same_written_otherwise(one, other, make_cell):
    first, second = make_cell(*one.split()), make_cell(*other.split())
    assert first.signature == second.signature
    shown = [{**cell.described["loss"], "name": None} for cell in (first, second)]
    assert repr(shown[0]) == repr(shown[1])


def test_the_default_estimator_is_the_one_it_names(make_cell):
    named = make_cell("loss=gls_auto", "loss.estimator=confident_joint")
    assert make_cell("loss=gls_auto").signature == named.signature


def test_whole_numbers_in_a_matrix_are_numbers(make_cell):
    rows = [f"loss.transition={text}" for text in ("[[1,0],[0,1]]", "[[1.0,0.0],[0.0,1.0]]")]
    assert len({make_cell("loss=forward", row).signature for row in rows}) == 1


def test_an_estimated_rate_is_that_of_gls_alone(make_cell):
    with pytest.raises(UserError, match=r"loss\.wa=1\.0: must be 0 with loss\.smooth_rate=auto"):
        make_cell("loss=gls_auto", "loss.wa=1")


def test_an_estimator_decides_where_it_is_used(make_cell):
    for words in ("loss.smooth_rate=auto", "loss=forward loss.transition=estimated"):
        cells = [make_cell(*words.split(), *more) for more in ([], ["loss.estimator=hoc"], ["loss.estimator=dual_t"])]
        assert len({cell.signature for cell in cells}) == 3


def test_a_transition_file_decides_by_its_content(make_cell, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    signatures = []
    for name, text in [("a.csv", "1,0\n0,1\n"), ("b.csv", "1,0\n0,1\n"), ("c.csv", "0,1\n1,0\n")]:
        (tmp_path / name).write_text(text)
        signatures.append(make_cell("loss=backward", f"loss.transition={name}").signature)
    assert signatures[0] == signatures[1] != signatures[2]


def test_cells_that_differ_in_hyper_parameters_alone_train_together(make_cell):
    for name, config in LOSSES.items():
        if name == "loss":
            continue
        numbers = [key for key, value in vars(config()).items() if isinstance(value, float)]
        keys = {pack_key(make_cell(f"loss={name}", f"loss.{key}=0.5")) for key in numbers}
        assert keys <= {pack_key(make_cell(f"loss={name}"))}, name


def test_what_is_estimated_trains_together_with_what_is_given(make_cell):
    assert pack_key(make_cell("loss.smooth_rate=auto")) == pack_key(make_cell("loss.smooth_rate=0"))
    assert pack_key(make_cell("loss=forward")) == pack_key(make_cell("loss=forward", "loss.transition=true"))


@pytest.mark.parametrize("name", [case.name for case in CASES])
def test_the_look_before_training_accepts_it(name, make_cell):
    try_loss(make_cell(f"loss={name}").stages[-1], 10)


def test_extras_are_what_the_losses_ask_for():
    assert {name for case in CASES for name in case.extras} == set(EXTRAS)
