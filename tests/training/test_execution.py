"""The ways to run a population agree, and a cell says which it took."""

import shutil

import pytest
import torch

from gls_sweep.errors import UserError
from gls_sweep.losses import gls
from gls_sweep.models import cnn9, cnn_small, mlp, resnet18
from gls_sweep.sweep.work.examine import examine_cell
from gls_sweep.training.execution import VMAPPED_PARAMETERS, choose, make_execution
from gls_sweep.training.forward import Batch
from gls_sweep.training.population import Population, fresh_model
from gls_sweep.training.precision import autocast, weights_dtype, without_tf32
from gls_sweep.training.slots import Slots

CPU, GPU = torch.device("cpu"), torch.device("cuda")
IMAGES = {"input_shape": (3, 16, 16), "num_classes": 10}
SMALL = ["dataset.test_fraction=0.8", "schedule=quick", "schedule.batch_size=45", "model=cnn_small", "model.width=4"]


def small() -> torch.nn.Sequential:
    return cnn_small(**IMAGES, width=4)


def after_steps(execution: str, batches: int, precision: str = "float64", compile: bool = False, steps: int = 5):
    """Train three replicas of `cnn_small`; gives their tensors and logits."""
    dtype = weights_dtype(precision)
    models = [fresh_model(small, seed, dtype) for seed in range(3)]
    population = Population(models[0], [model.state_dict() for model in models], CPU)
    run = make_execution(models[0], CPU, precision, execution, compile)
    slots = Slots.of([0, 0, 0] if batches == 1 else [2, 0, 1], CPU)
    values = {"smooth_rate": torch.tensor([0.0, -1.0, 0.4], dtype=dtype)}
    generator = torch.Generator().manual_seed(0)
    for step in range(steps):
        inputs = torch.randn(batches, 20, *IMAGES["input_shape"], generator=generator, dtype=dtype)
        labels = torch.randint(10, (3, 20), generator=generator)
        population.zero_gradients()
        losses, _ = run.backward(population, Batch(inputs, slots, [step] * batches), labels, gls, values)
        with torch.no_grad():
            for tensor in population.parameters.values():
                tensor -= 0.1 * tensor.grad
    assert losses.dtype == dtype and losses.shape == (3,)
    return population.tensors(), run.logits(population, Batch(inputs, slots))


@pytest.mark.filterwarnings("error")  # of a layer that vmap runs replica by replica
@pytest.mark.parametrize("batches", [1, 3])
def test_vmapped_equals_looped_with_running_statistics(batches):
    looped, vmapped = (after_steps(execution, batches) for execution in ("looped", "vmapped"))
    assert {"1.running_mean", "1.running_var", "1.num_batches_tracked"} <= looped[0].keys()
    for name, tensor in looped[0].items():
        torch.testing.assert_close(vmapped[0][name], tensor, rtol=0, atol=1e-12)
    torch.testing.assert_close(vmapped[1], looped[1], rtol=0, atol=1e-12)


@pytest.mark.skipif(shutil.which("g++") is None, reason="torch.compile needs a C++ compiler")
def test_compiled_equals_looped_and_is_compiled_once_for_all_replicas():
    torch._dynamo.utils.counters.clear()
    plain, compiled = (after_steps("looped", 1, compile=compile, steps=3) for compile in (False, True))
    assert torch._dynamo.utils.counters["stats"]["unique_graphs"] == 1
    for name, tensor in plain[0].items():
        torch.testing.assert_close(compiled[0][name], tensor, rtol=0, atol=1e-10)


def test_compiling_needs_a_compiler(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(UserError, match=r"launcher\.compile=true: needs the C\+\+ compiler"):
        make_execution(small(), CPU, "float32", compile=True)


@pytest.mark.parametrize("execution", ["looped", "vmapped"])
def test_bfloat16_rounds_products_and_nothing_else(execution):
    exact, rounded = (after_steps(execution, 1, precision, steps=1) for precision in ("float32", "bfloat16"))
    assert all(tensor.dtype in (torch.float32, torch.int64) for tensor in rounded[0].values())
    error = (rounded[1] - exact[1]).norm() / exact[1].norm()
    assert 1e-4 < error < 0.05 and rounded[1].dtype == torch.float32


def test_small_plain_networks_are_vmapped_on_gpus_only():
    assert choose(small(), CPU) == "looped" and choose(small(), GPU) == "vmapped"
    assert choose(mlp(**IMAGES, hidden=[8]), GPU) == "stacked"
    assert choose(mlp(**IMAGES, hidden=[8], batch_norm=True), GPU) == "vmapped"
    assert choose(mlp(**IMAGES, hidden=[8], batch_norm=True, dropout=0.1), GPU) == "looped"
    assert choose(resnet18(**IMAGES), GPU) == "looped"
    wide = cnn_small(**IMAGES, width=128)
    assert sum(p.numel() for p in wide.parameters()) > VMAPPED_PARAMETERS and choose(wide, GPU) == "looped"


def test_dropout_is_not_vmapped():
    with pytest.raises(UserError, match=r"launcher\.execution=vmapped: not for a model with Dropout2d"):
        make_execution(cnn9(input_shape=(1, 28, 28), num_classes=10), CPU, "float32", "vmapped")


def test_shared_parameters_are_refused():
    layer = torch.nn.Linear(4, 4)
    model = torch.nn.Sequential(layer, layer)
    with pytest.raises(UserError, match="share the parameter"):
        Population(model, [model.state_dict()], CPU)


def test_the_chosen_execution_is_used_and_counted(make_cell, train_cells):
    looped, vmapped = (make_cell(*SMALL, f"launcher.execution={way}") for way in ("auto", "vmapped"))
    assert looped.signature == vmapped.signature
    assert examine_cell(vmapped).replica_bytes > examine_cell(looped).replica_bytes  # activations of each, not of one
    assert train_cells([looped])[0].history[-1] != train_cells([vmapped])[0].history[-1]


def test_tf32_is_off_and_comes_back():
    before = torch.backends.cudnn.allow_tf32
    torch.backends.cudnn.allow_tf32 = True
    try:
        with without_tf32():
            assert not torch.backends.cudnn.allow_tf32 and not torch.backends.cuda.matmul.allow_tf32
        assert torch.backends.cudnn.allow_tf32
    finally:
        torch.backends.cudnn.allow_tf32 = before


def test_precision_is_part_of_what_a_cell_is(make_cell):
    assert make_cell(*SMALL).signature != make_cell(*SMALL, "precision=bfloat16").signature
    with autocast("bfloat16", CPU):
        assert torch.ones(2, 2).mm(torch.ones(2, 2)).dtype == torch.bfloat16
    with autocast("float32", CPU):
        assert torch.ones(2, 2).mm(torch.ones(2, 2)).dtype == torch.float32
