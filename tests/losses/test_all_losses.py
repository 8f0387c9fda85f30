"""What holds for every loss: its formula, its gradient, numbers that stay finite, and independence of its replicas."""

import inspect
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from gls_sweep import losses
from gls_sweep.config.loss import LOSSES
from gls_sweep.losses import EXTRAS
from tests.losses.cases import CASES, CLASSES, REPLICAS, Case, arguments, as_dtype, batch, losses_of

HALF = (torch.float16, torch.bfloat16)
all_losses = pytest.mark.parametrize("case", CASES, ids=[case.title for case in CASES])


def run_packed(case: Case, tensors: dict[str, Tensor], dtype: torch.dtype, replicas: slice) -> tuple[Any, Tensor]:
    """Give the result and the gradients [R, B, K] of some replicas, run as one population."""

    def total(logits: Tensor, labels: Tensor, own: dict[str, Tensor]) -> tuple[Tensor, Any]:
        result = case.function(logits, labels, **own, **case.options)
        return losses_of(result).sum(), result

    own = {name: values[replicas] for name, values in arguments(case, tensors, dtype).items()}
    run = torch.func.vmap(torch.func.grad(total, has_aux=True))
    gradients, result = run(tensors["logits"][replicas], tensors["labels"][replicas], own)
    return result, gradients


def run_alone(case: Case, tensors: dict[str, Tensor], dtype: torch.dtype, replica: int) -> Any:
    """Give the result of one replica without any vmap."""
    own = {name: values[replica] for name, values in arguments(case, tensors, dtype).items()}
    return case.function(tensors["logits"][replica], tensors["labels"][replica], **own, **case.options)


def test_every_loss_has_a_case_a_configuration_and_a_yaml() -> None:
    names = {case.name for case in CASES}
    options = Path(__file__).parents[2] / "conf" / "loss"
    assert names == set(LOSSES) - {"loss"} == {path.stem for path in options.glob("*.yaml")} - {"gls_auto"}


@all_losses
def test_the_configuration_has_the_parameters_of_the_function(case: Case, make_cell) -> None:
    config = make_cell(f"loss={case.name}").config.loss
    assert config._target_ == f"gls_sweep.losses.{case.name}"
    keys = set(vars(config)) - {"_target_", "name", "estimator", "transition"}
    parameters = inspect.signature(case.function).parameters
    assert list(parameters)[:2] == ["logits", "labels"]
    assert set(parameters) - {"logits", "labels", *EXTRAS} == keys == {*case.numbers, *case.options}
    assert set(parameters) & set(EXTRAS) == set(case.extras)
    assert all(isinstance(getattr(config, name), float) for name in case.numbers)


@all_losses
@pytest.mark.parametrize("seed", range(5))
def test_it_is_its_formula(case: Case, seed: int) -> None:
    tensors = batch(seed)
    for replica in range(REPLICAS):
        own = {name: values[replica].numpy() for name, values in arguments(case, tensors, torch.float64).items()}
        logits = tensors["logits"][replica].numpy()
        p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
        raw = {"logits": logits} if case.name == "logit_clip" else {}
        wanted = case.formula(p, tensors["labels"][replica].numpy(), **own, **case.options, **raw)
        ours = losses_of(run_alone(case, tensors, torch.float64, replica))
        np.testing.assert_allclose(ours.numpy(), wanted, rtol=1e-10, atol=1e-10)


@all_losses
def test_the_gradient_is_that_of_the_values(case: Case) -> None:
    tensors = batch(1)
    for replica in range(REPLICAS):
        own = {name: values[replica] for name, values in arguments(case, tensors, torch.float64).items()}
        kept = {name: values.detach() for name, values in own.items()}
        if case.name == "elr":  # the target is a constant of the step: held at what it is here
            targets = case.function(tensors["logits"][replica], tensors["labels"][replica], **own)[1]
            kept |= {"memory": targets, "beta": torch.ones((), dtype=torch.float64)}

        def loss(logits: Tensor, replica: int = replica, kept: dict[str, Tensor] = kept) -> Tensor:
            return losses_of(case.function(logits, tensors["labels"][replica], **kept, **case.options))

        assert torch.autograd.gradcheck(loss, (tensors["logits"][replica].requires_grad_(),))


@all_losses
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_replica_is_the_same_in_any_population_to_the_last_bit(case: Case, dtype: torch.dtype) -> None:
    tensors = as_dtype(batch(2), dtype)
    packed, gradients = run_packed(case, tensors, dtype, slice(None))
    assert losses_of(packed).dtype == gradients.dtype == dtype
    for replica in range(REPLICAS):
        single, gradient = run_packed(case, tensors, dtype, slice(replica, replica + 1))
        assert torch.equal(gradients[replica], gradient[0])
        assert torch.equal(losses_of(packed)[replica], losses_of(single)[0])
        alone = run_alone(case, tensors, dtype, replica)
        assert torch.equal(losses_of(packed)[replica], losses_of(alone))
        if isinstance(packed, tuple):
            assert torch.equal(packed[1][replica], single[1][0])


@all_losses
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, *HALF])
def test_saturated_logits_give_finite_losses_and_gradients(case: Case, dtype: torch.dtype) -> None:
    tensors = as_dtype(batch(3), dtype)
    signs = torch.where(batch(4)["logits"] > 0, 1e4, -1e4)
    certain = 1e4 * (2 * torch.eye(CLASSES)[batch(5)["labels"]] - 1)
    right = 1e4 * (2 * torch.eye(CLASSES)[tensors["labels"]] - 1)
    other = 1e4 * (2 * torch.eye(CLASSES)[tensors["other_labels"]] - 1)
    for logits in (signs, certain, right, other, torch.zeros_like(signs)):
        result, gradients = run_packed(case, tensors | {"logits": logits.to(dtype)}, dtype, slice(None))
        assert losses_of(result).dtype == (torch.float32 if dtype in HALF else dtype)
        assert losses_of(result).isfinite().all()
        assert gradients.isfinite().all()


@all_losses
def test_a_replica_whose_logits_are_nan_leaves_the_others_alone(case: Case) -> None:
    tensors = as_dtype(batch(6), torch.float32)
    spoilt = tensors | {"logits": tensors["logits"].clone()}
    spoilt["logits"][1] = torch.nan
    before, after = (losses_of(run_packed(case, t, torch.float32, slice(None))[0]) for t in (tensors, spoilt))
    assert after[1].isnan().any()
    assert torch.equal(before[[0, 2]], after[[0, 2]])


@all_losses
def test_inputs_are_left_as_they_were(case: Case) -> None:
    tensors = batch(7)
    before = {name: values.clone() for name, values in tensors.items()}
    run_packed(case, tensors, torch.float64, slice(None))
    assert all(torch.equal(before[name], tensors[name]) for name in tensors)


def test_a_matrix_without_an_inverse_spoils_its_own_replica_only() -> None:
    tensors = batch(8)
    tensors["transition"][0] = 1 / CLASSES
    backward = next(case for case in CASES if case.name == "backward")
    packed = run_packed(backward, tensors, torch.float64, slice(None))[0]
    assert not packed[0].isfinite().all()
    assert packed[1:].isfinite().all()


def test_the_sieve_that_keeps_nobody_loses_nothing() -> None:
    tensors = batch(9)
    logits = -5 * torch.eye(CLASSES, dtype=torch.float64)[tensors["labels"][0]]
    logits.requires_grad_()
    loss = losses.cores(logits, tensors["labels"][0], beta=2.0, label_shares=tensors["label_shares"][0])
    loss.sum().backward()
    assert logits.grad is not None
    assert not loss.any() and not logits.grad.any()


def test_the_memory_of_elr_is_a_running_mean_of_predictions() -> None:
    tensors = batch(10)
    logits, labels = tensors["logits"][0], tensors["labels"][0]
    memory = torch.zeros(len(labels), CLASSES, dtype=torch.float64)
    for _ in range(3):
        memory = losses.elr(logits, labels, beta=0.7, weight=3.0, memory=memory)[1]
    torch.testing.assert_close(memory, (1 - 0.7**3) * logits.softmax(-1), atol=1e-3, rtol=0)
    assert not losses.elr(logits.requires_grad_(), labels, beta=0.7, weight=3.0, memory=memory)[1].requires_grad
