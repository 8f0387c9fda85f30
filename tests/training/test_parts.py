"""Metrics, policies and learning rates against other statements of the same things."""

import itertools
import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gls_sweep.config.schedule import LearningRateConfig
from gls_sweep.training.learning_rate import learning_rate
from gls_sweep.training.metrics import Tally, memorisation
from gls_sweep.training.policies import pick


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 60), st.integers(2, 7), st.integers(0, 2**31))
def test_metrics_equal_numpy_sample_by_sample(samples, classes, seed):
    generator = torch.Generator().manual_seed(seed)
    logits = 4 * torch.randn(3, samples, classes, generator=generator, dtype=torch.float64)
    labels = torch.randint(classes, (3, samples), generator=generator)
    tally = Tally.empty(3, logits.device)
    cut = samples // 2
    tally.add(logits[:, :cut], labels[:, :cut])
    tally.add(logits[:, cut:], labels[:, cut:])
    metrics = tally.metrics("test")
    for replica in range(3):
        p = torch.softmax(logits[replica], 1).numpy()
        y = labels[replica].numpy()
        confidence, right = p.max(1), p.argmax(1) == y
        edges = np.linspace(0, 1, 16)
        ece = sum(
            abs(right[inside].mean() - confidence[inside].mean()) * inside.mean()
            for low, high in itertools.pairwise(edges)
            if (inside := (confidence > low) & (confidence <= high)).any()
        )
        expected = {
            "test_accuracy": right.mean(),
            "test_nll": -np.log(p[np.arange(samples), y]).mean(),
            "test_ece": ece,
            "test_confidence_right": confidence[right].mean() if right.any() else math.nan,
            "test_confidence_wrong": confidence[~right].mean() if (~right).any() else math.nan,
        }
        for name, value in expected.items():
            assert metrics[name][replica].item() == pytest.approx(value, abs=1e-9, nan_ok=True), name


def test_memorisation_tells_flipped_from_clean():
    true = torch.tensor([0, 1, 2, 0])
    given_labels = torch.tensor([[0, 1, 0, 1], [0, 1, 2, 0]])
    predictions = torch.tensor([[0, 2, 0, 0], [0, 1, 2, 1]])
    shares = {name: values.tolist() for name, values in memorisation(predictions, given_labels, true).items()}
    assert shares["train_accuracy_true"] == [0.5, 0.75]
    assert shares["train_accuracy_clean"] == [0.5, 0.75]
    assert shares["train_flipped_given"][0] == 0.5 and math.isnan(shares["train_flipped_given"][1])
    assert shares["train_flipped_true"][0] == 0.5 and math.isnan(shares["train_flipped_true"][1])


def test_policies_pick_their_epochs():
    tests, vals = [0.5, 0.8, 0.8, 0.6, 0.7, 0.1, 0.2], [0.3, 0.2, 0.6, 0.9, 0.9, 0.1, 0.0]
    rows = [
        {"phase": "main", "epoch": i + 1, "learning_rate": 0.1, "test_accuracy": t, "val_accuracy": v}
        for i, (t, v) in enumerate(zip(tests, vals, strict=True))
    ]
    picked = pick(rows)
    assert {name: row["epoch"] for name, row in picked.items()} == {"last": 7, "best": 2, "val": 4, "last5": None}
    assert picked["last5"]["test_accuracy"] == pytest.approx(np.mean(tests[-5:]))
    assert pick([{k: v for k, v in row.items() if k != "val_accuracy"} for row in rows]).keys() == picked.keys() - {
        "val"
    }
    assert pick([]) == {}


@pytest.mark.parametrize(
    ("plan", "make"),
    [
        (LearningRateConfig(0.1, "constant"), lambda o: torch.optim.lr_scheduler.ConstantLR(o, factor=1)),
        (LearningRateConfig(0.1, "steps", [3, 7]), lambda o: torch.optim.lr_scheduler.MultiStepLR(o, [3, 7], 0.1)),
        (
            LearningRateConfig(0.1, "cosine", final=0.01),
            lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, 10, eta_min=0.01),
        ),
    ],
)
def test_learning_rates_equal_torch_schedulers(plan, make):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    scheduler = make(optimizer)
    for epoch in range(1, 11):
        assert learning_rate(plan, epoch, 10) == pytest.approx(optimizer.param_groups[0]["lr"], rel=1e-12)
        optimizer.step()
        scheduler.step()
