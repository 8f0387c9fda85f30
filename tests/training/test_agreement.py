"""The engine against an independent plain PyTorch loop, in float64."""

import io
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image
from torch import nn
from torch.nn import functional as F

from gls_sweep.data import digits, fit_standardiser
from gls_sweep.sweep.plan.cells import Cell
from gls_sweep.sweep.work.loading import draw_labels, load_source, model_builder
from gls_sweep.training.randomness import stream, stream_seed

TINY = ["precision=float64", "schedule.batch_size=16", "dataset.val_fraction=0.25"]  # 48 images: 3 steps an epoch
SCHEDULES = ["default", "quick", "direct", "warmup", "paper_direct", "paper_warmup"]
FIFTY_STEPS = ["schedule=direct", "schedule.phases.main.epochs=17", "schedule.phases.main.learning_rate.start=0.01"]
# Few images, and a learning rate at which BatchNorm does not blow up the last bits within fifty steps.
HEAVY = ["dataset.limit=16", "schedule.batch_size=4", "schedule.phases.main.learning_rate.start=1e-5", "loss=ce"]
MODELS = {
    "mlp": [],
    "mlp with BatchNorm": ["model.batch_norm=true"],
    "mlp with Adam": ["schedule.phases.main.optimizer={name: adam, momentum: 0, nesterov: false, weight_decay: 0.01}"],
    "mlp with AdamW": ["schedule.phases.main.optimizer={name: adamw, momentum: 0, nesterov: false}"],
    "cnn_small": ["model=cnn_small", "model.width=4"],
    "cnn9": [*HEAVY, "model=cnn9", "dataset.limit=8", "schedule.batch_size=2"],
    "resnet18": [*HEAVY, "model=resnet18"],
    "resnet34": [*HEAVY, "model=resnet34"],
    "torchvision": [*HEAVY, "model=torchvision", "model.architecture=shufflenet_v2_x0_5", "model.adapt_stem=true"],
}


@pytest.fixture(scope="module")
def tiny_digits(tmp_path_factory) -> list[str]:
    """Write 64 + 32 digits as a Parquet data set; gives the overrides that choose it."""
    return write_digits(tmp_path_factory.mktemp("digits"), 1)


@pytest.fixture(scope="module")
def large_digits(tmp_path_factory) -> list[str]:
    """Write the same digits with every pixel repeated, 32x32."""
    return write_digits(tmp_path_factory.mktemp("large_digits"), 4)


def write_digits(folder: Path, repeat: int) -> list[str]:
    dataset = digits(test_fraction=0.2, split_seed=0)
    for part, rows in (("train", slice(64)), ("test", slice(64, 96))):
        images = []
        for image in dataset.inputs[rows, 0].numpy():
            png = io.BytesIO()
            Image.fromarray(np.kron(image * 15, np.ones((repeat, repeat), np.uint8))).save(png, format="PNG")
            images.append({"bytes": png.getvalue(), "path": None})
        pd.DataFrame({"img": images, "label": dataset.labels[rows]}).to_parquet(folder / f"{part}.parquet")
    return ["dataset=parquet", *(f"dataset.{part}={folder}/{part}.parquet" for part in ("train", "test"))]


@pytest.fixture(autouse=True)
def one_thread():
    """Convolutions sum in another order with more threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def rate_at(plan, epoch: int, epochs: int) -> float:
    if plan.plan == "cosine":
        return plan.final + 0.5 * (plan.start - plan.final) * (1 + math.cos(math.pi * (epoch - 1) / epochs))
    return plan.start * plan.factor ** len([m for m in plan.milestones if epoch > m])


def plain_optimizer(config, model: nn.Module) -> torch.optim.Optimizer:
    if config.name == "sgd":
        return torch.optim.SGD(
            model.parameters(), momentum=config.momentum, nesterov=config.nesterov, weight_decay=config.weight_decay
        )
    family = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[config.name]
    return family(model.parameters(), betas=(config.beta1, config.beta2), weight_decay=config.weight_decay)


def plain_training(cell: Cell) -> tuple[dict[str, torch.Tensor], list[float]]:
    """Train one model in the most ordinary way; gives its weights and each epoch's test accuracy."""
    config, source = cell.config, load_source(cell.config)
    standardise = fit_standardiser(source.dataset.inputs[source.kept])  # has tests of its own
    parts = (source.dataset.inputs[source.kept], source.dataset.inputs[source.held_out], source.dataset.test_inputs)
    x, x_val, x_test = (standardise(part, torch.float64) for part in parts)
    noisy = torch.from_numpy(draw_labels(config).labels)
    y, y_val, y_test = noisy[source.kept], noisy[source.held_out], torch.from_numpy(source.dataset.test_labels)
    torch.manual_seed(stream_seed(config.seed, "weights"))
    model = model_builder(config, source.dataset)().double()
    if x.dim() == 4:  # rounded as the engine rounds: BatchNorm makes 1e-12 of last bits within fifty steps
        model, x = model.to(memory_format=torch.channels_last), x.to(memory_format=torch.channels_last)
    accuracies, phases = [], list(config.schedule.phases.items())
    for index, (name, phase) in enumerate(phases):
        optimizer, kept = plain_optimizer(phase.optimizer, model), {}
        for epoch in range(1, phase.epochs + 1):
            for group in optimizer.param_groups:
                group["lr"] = rate_at(phase.learning_rate, epoch, phase.epochs)
            model.train()
            order = torch.randperm(len(x), generator=stream(config.seed, "order", name, epoch))
            for step, batch in enumerate(order.split(config.schedule.batch_size)):
                torch.manual_seed(stream_seed(config.seed, "dropout", name, epoch, step))
                logits = model(x[batch])
                loss = F.cross_entropy(logits, y[batch])
                if phase.loss is None and config.loss.name == "gls":
                    r = config.loss.smooth_rate
                    loss = (1 - r) * loss - r * logits.log_softmax(1).mean()
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            model.eval()
            with torch.no_grad():
                scores = {
                    "best": (model(x_test).argmax(1) == y_test).double().mean().item(),
                    "val": (model(x_val).argmax(1) == y_val).double().mean().item(),
                }
            accuracies.append(scores["best"])
            for policy, score in scores.items():
                if policy not in kept or score > kept[policy][0]:
                    kept[policy] = (score, {k: v.clone() for k, v in model.state_dict().items()})
        following = [later.start for _, later in phases[index + 1 : index + 2]]
        if following and following[0] != "last":
            model.load_state_dict(kept[following[0]][1])
    return model.state_dict(), accuracies


def assert_agree(cell: Cell, train_cells, others: list[Cell]) -> None:
    outcome = train_cells([cell, *others])[0]
    weights, accuracies = plain_training(cell)
    assert outcome.diverged is None
    for name, tensor in weights.items():
        torch.testing.assert_close(outcome.weights[name], tensor, rtol=0, atol=1e-12)
    assert [row["test_accuracy"] for row in outcome.history] == pytest.approx(accuracies, abs=1e-12)


def scaled_to_fifty_steps(cell: Cell) -> list[str]:
    """Give overrides that keep a schedule's shape over about 17 epochs."""
    words = []
    for name, phase in cell.config.schedule.phases.items():
        scale, key = min(1, 17 / cell.epochs), f"schedule.phases.{name}"
        words.append(f"{key}.epochs={math.ceil(phase.epochs * scale)}")
        words.append(f"{key}.learning_rate.milestones={[math.ceil(m * scale) for m in phase.learning_rate.milestones]}")
    return words


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_schedule_equals_a_plain_loop(schedule, make_cell, train_cells, tiny_digits):
    own = [f"schedule={schedule}", "schedule.phases.main.learning_rate.start=0.001", "model.hidden=[20,12]"]
    own += scaled_to_fifty_steps(make_cell(*own))
    cell = make_cell(*tiny_digits, *TINY, *own, "loss.smooth_rate=-0.4", "noise.rate=0.3")
    other = make_cell(*tiny_digits, *TINY, *own, "loss.smooth_rate=0.4", "noise.rate=0", "seed=3")
    assert_agree(cell, train_cells, [other])


@pytest.mark.parametrize("model", MODELS)
def test_every_model_equals_a_plain_loop_after_fifty_steps(model, make_cell, train_cells, tiny_digits, large_digits):
    data = large_digits if model in ("cnn9", "torchvision") else tiny_digits
    own = [*data, *TINY, *FIFTY_STEPS, *MODELS[model]]
    own += [] if "loss=ce" in own else ["loss.smooth_rate=-0.2"]
    cell = make_cell(*own)
    others = [make_cell(*own, "seed=1"), make_cell(*own, "noise.rate=0.5")]
    assert_agree(cell, train_cells, others if "mlp" in model or model == "cnn_small" else [])


@pytest.mark.parametrize("start", ["val", "best"])
def test_the_main_phase_starts_from_the_epoch_of_its_policy(start, make_cell, train_cells, tiny_digits):
    cell = make_cell(
        *tiny_digits, *TINY, "schedule=quick", "schedule.phases.warmup.epochs=9", f"schedule.phases.main.start={start}"
    )
    assert_agree(cell, train_cells, [])
