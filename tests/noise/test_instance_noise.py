"""Instance-dependent noise: against the code of its papers, stated again, and what must hold for any input."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from gls_sweep import noise
from gls_sweep.errors import UserError
from gls_sweep.noise import instance_dependent
from gls_sweep.noise.instance_dependent import flip_probabilities

CLASSES = 10
RNG = noise.label_sampler("numpy", 0)
LABELS = np.random.default_rng(1).integers(CLASSES, size=2000)
IMAGES = torch.from_numpy(np.random.default_rng(2).integers(0, 256, (2000, 3, 6, 6), dtype=np.uint8))
FEATURES = torch.from_numpy(np.random.default_rng(3).standard_normal((2000, 8), dtype=np.float32)) / 4

MODELS: dict[str, Callable[..., noise.NoisyLabels]] = {
    "instance": lambda labels, inputs, rate, seed=0, classes=CLASSES: noise.instance(
        labels, RNG, num_classes=classes, inputs=inputs, rate=rate, seed=seed
    ),
    "instance_cores": lambda labels, inputs, rate, seed=0, classes=CLASSES: noise.instance_cores(
        labels, RNG, num_classes=classes, inputs=inputs, rate=rate, seed=seed, generator="numpy"
    ),
}
models = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)


def gls_code(images: np.ndarray, labels: np.ndarray, rate: float) -> np.ndarray:
    """`noisify_instance` of the GLS code, for images [N, H, W, C] of any size and any number of samples."""
    state = np.random.RandomState(0)
    drawn = state.normal(loc=rate, scale=0.1, size=1_000_000)
    q = [value for value in drawn if 0 < value < 1][: len(labels)]
    w = state.normal(loc=0, scale=1, size=(images[0].size, CLASSES))
    noisy = []
    for i, image in enumerate(images):
        p = np.matmul(image.flatten(), w)
        p[labels[i]] = -1000000
        p = q[i] * F.softmax(torch.tensor(p), dim=0).numpy()
        p[labels[i]] = 1 - q[i]
        noisy.append(state.choice(np.arange(CLASSES), p=p / sum(p)))
    return np.array(noisy)


@pytest.mark.parametrize("rate", [0.2, 0.6])
def test_legacy_draws_what_the_gls_code_draws(rate: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instance_dependent, "CHUNK", 108 * 300)  # seven chunks, the last one smaller
    drawn = noise.instance_cores(LABELS, RNG, num_classes=CLASSES, inputs=IMAGES, rate=rate, seed=0, generator="legacy")
    np.testing.assert_array_equal(drawn.labels, gls_code(IMAGES.permute(0, 2, 3, 1).numpy(), LABELS, rate))


def test_probabilities_are_those_of_the_papers_code() -> None:
    """The loop of `get_instance_noisy_label` over samples (Xia et al. 2020), given its W and flip rates."""
    generator = np.random.default_rng(0)
    w = torch.from_numpy(generator.normal(size=(CLASSES, 8, CLASSES)))
    flip_rate = generator.uniform(0, 1, 50)
    for x, y, q in zip(FEATURES[:50].double(), LABELS[:50], flip_rate, strict=True):
        a = x.view(1, -1).mm(w[y]).squeeze(0)
        scores = a.numpy().copy()
        a[y] = -torch.inf
        a = q * F.softmax(a, dim=0)
        a[y] += 1 - q
        rows = flip_probabilities(scores[None], np.array([y]), np.array([q]))
        np.testing.assert_allclose(rows[0], a.numpy(), rtol=1e-12, atol=1e-15)


@models
def test_scores_that_overflow_are_shared_out_all_the_same(model: Any) -> None:
    drawn = model(LABELS, FEATURES * 1e30, 0.4)
    assert np.isfinite(drawn.transition).all()


@models
@pytest.mark.parametrize("inputs", [IMAGES, FEATURES], ids=["images", "features"])
def test_rate_and_transition_are_those_drawn_from(model: Any, inputs: torch.Tensor) -> None:
    drawn = model(LABELS, inputs, 0.4)
    noise.check_noisy_labels(drawn, len(LABELS), CLASSES)
    assert noise.realised_rate(LABELS, drawn.labels) == pytest.approx(0.4, abs=0.045)  # 4 standard errors
    np.testing.assert_allclose(drawn.transition.sum(axis=1), 1.0)
    realised = noise.realised_transition(LABELS, drawn.labels, CLASSES)
    np.testing.assert_allclose(realised, drawn.transition, atol=0.15)  # 4 standard errors of a class
    assert abs(realised - drawn.transition).mean() < 0.015


@models
def test_the_input_decides(model: Any) -> None:
    """A thousand copies of an image flip to the same class, of another image or class to others."""
    copies = IMAGES[:4].repeat_interleave(1000, dim=0)
    labels = np.repeat([0, 0, 1, 2], 1000)
    noisy = model(labels, copies, 0.4).labels.reshape(4, 1000)
    became = [np.bincount(row[row != label], minlength=CLASSES) for row, label in zip(noisy, [0, 0, 1, 2], strict=True)]
    assert all(counts.max() > 0.95 * counts.sum() for counts in became)
    assert len({int(counts.argmax()) for counts in became}) > 1


@models
def test_draws_repeat_differ_by_seed_and_leave_the_input(model: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    labels, inputs = LABELS.copy(), FEATURES.clone()
    first, other = model(labels, inputs, 0.4).labels, model(labels, inputs, 0.4, seed=1).labels
    np.testing.assert_array_equal(labels, LABELS)
    assert torch.equal(inputs, FEATURES)
    monkeypatch.setattr(instance_dependent, "CHUNK", 8 * 7)  # seven samples at a time
    np.testing.assert_array_equal(model(labels, inputs, 0.4).labels, first)
    assert (first != other).mean() > 0.2


@models
def test_a_memory_map_is_read_in_chunks(model: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    np.save(tmp_path / "images.npy", IMAGES.numpy())
    mapped = torch.from_numpy(np.load(tmp_path / "images.npy", mmap_mode="c"))
    monkeypatch.setattr(instance_dependent, "CHUNK", 108 * 50)
    np.testing.assert_array_equal(model(LABELS, mapped, 0.3).labels, model(LABELS, IMAGES, 0.3).labels)


@models
def test_rate_zero_flips_nothing_and_small_rates_are_truncated(model: Any) -> None:
    np.testing.assert_array_equal(model(LABELS, IMAGES, 0.0).labels, LABELS)
    np.testing.assert_array_equal(model(LABELS, IMAGES, 0.0).transition, np.eye(CLASSES))
    assert 1 - np.trace(model(LABELS, IMAGES, 0.1).transition) / CLASSES == pytest.approx(0.129, abs=0.01)


@models
def test_two_classes_and_a_class_without_samples(model: Any) -> None:
    drawn = model(LABELS % 2, FEATURES, 0.3, classes=2)
    assert (drawn.transition.diagonal() < 0.8).all()
    drawn = model(LABELS % 2, FEATURES, 0.3, classes=3)
    assert np.isnan(drawn.transition[2]).all() and np.isfinite(drawn.transition[:2]).all()


@models
def test_wrong_rates_and_classes(model: Any) -> None:
    for rate in (-0.1, 1.0, float("nan")):
        with pytest.raises(UserError, match=rf"noise\.rate={rate}: must be in \[0, 1\)"):
            model(LABELS, FEATURES, rate)
    with pytest.raises(UserError, match="at least 2 classes"):
        model(LABELS * 0, FEATURES, 0.1, classes=1)
