"""Standardisation with training statistics."""

import numpy as np
import pytest
import torch
from sklearn.preprocessing import StandardScaler

from gls_sweep.data import breast_cancer, digits, fit_standardiser


def test_images_are_standardised_by_channel() -> None:
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(256, (50, 3, 9, 7), dtype=torch.uint8, generator=generator)
    standardiser = fit_standardiser(images)
    assert standardiser.mean.shape == standardiser.std.shape == (3, 1, 1)
    expected = images.double().numpy()
    assert np.allclose(standardiser.mean.flatten(), expected.mean((0, 2, 3)), rtol=1e-13)
    assert np.allclose(standardiser.std.flatten(), expected.std((0, 2, 3)), rtol=1e-13)
    out = standardiser(images, torch.float64)
    assert torch.allclose(out.mean((0, 2, 3)), torch.zeros(3, dtype=torch.float64), atol=1e-12)
    assert torch.allclose(out.std((0, 2, 3), correction=0), torch.ones(3, dtype=torch.float64))


def test_features_agree_with_scikit_learn() -> None:
    features = breast_cancer(test_fraction=0.2, split_seed=0).inputs
    expected = StandardScaler().fit_transform(features.double().numpy())
    assert np.allclose(fit_standardiser(features)(features, torch.float64), expected, atol=1e-10)


def test_leading_axes_broadcast() -> None:
    data = digits(test_fraction=0.2, split_seed=0)
    standardiser = fit_standardiser(data.inputs)
    replicas = data.inputs[:6].view(2, 3, 1, 8, 8)
    assert torch.equal(standardiser(replicas, torch.float32)[1], standardiser(data.inputs[3:6], torch.float32))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
def test_result_has_the_asked_type_and_constants_become_zero(dtype: torch.dtype) -> None:
    features = torch.tensor([[0.1, 1.0]]).repeat(1001, 1)
    standardiser = fit_standardiser(features)
    assert torch.equal(standardiser.std, torch.ones(2, dtype=torch.float64))
    out = standardiser(features, dtype)
    assert out.dtype == dtype
    assert out.abs().max() < 1e-6
    images = torch.full((4, 2, 3, 3), 7, dtype=torch.uint8)
    assert torch.equal(fit_standardiser(images)(images, dtype), torch.zeros_like(images, dtype=dtype))


def test_statistics_can_be_moved() -> None:
    standardiser = fit_standardiser(torch.rand(4, 2)).to("meta")
    assert standardiser(torch.rand(4, 2, device="meta"), torch.float32).shape == (4, 2)


def test_statistics_do_not_depend_on_the_number_of_threads() -> None:
    features = torch.randn(300_000, 1, generator=torch.Generator().manual_seed(0))
    threads = torch.get_num_threads()
    fitted = []
    for number in (1, 2, 4):
        torch.set_num_threads(number)
        fitted.append(fit_standardiser(features))
    torch.set_num_threads(threads)
    assert all(torch.equal(fitted[0].mean, other.mean) for other in fitted)
    assert all(torch.equal(fitted[0].std, other.std) for other in fitted)
