"""How the losses are one another's special cases, limits and expectations, many of them through GLS."""

import math
from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from gls_sweep.losses import (
    backward,
    bootstrap_hard,
    bootstrap_soft,
    ce,
    complementary,
    cores,
    elr,
    focal,
    forward,
    gce,
    gls,
    logit_clip,
    mae,
    nce_rce,
    negative_learning,
    nfl_mae,
    optimal_smooth_rate,
    peer,
    sce,
)

SAMPLES = 6
Batch = tuple[Tensor, Tensor]
few = settings(max_examples=40, deadline=None)


@st.composite
def batches(draw: st.DrawFn, least: int = 2, most: int = 12) -> Batch:
    """Draw logits [6, K] in float64 and labels."""
    generator = torch.Generator().manual_seed(draw(st.integers(0, 2**32)))
    k, scale = draw(st.integers(least, most)), draw(st.floats(0.1, 8))
    logits = scale * torch.randn(SAMPLES, k, generator=generator, dtype=torch.float64)
    return logits, torch.randint(k, (SAMPLES,), generator=generator)


def gradient(loss: Callable[[Tensor], Tensor], logits: Tensor) -> Tensor:
    """Give the gradient of the sum of losses."""
    result: Tensor = torch.func.grad(lambda own: loss(own).sum())(logits)
    return result


def same(one: Callable[[Tensor], Tensor], other: Callable[[Tensor], Tensor], logits: Tensor, tolerance: float) -> None:
    """Assert that two losses have the same values and gradients."""
    torch.testing.assert_close(one(logits), other(logits), rtol=tolerance, atol=tolerance)
    torch.testing.assert_close(gradient(one, logits), gradient(other, logits), rtol=tolerance, atol=tolerance)


def symmetric(noise_rate: float, classes: int) -> Tensor:
    transition = torch.full((classes, classes), noise_rate / (classes - 1), dtype=torch.float64)
    return transition.fill_diagonal_(1 - noise_rate)


def over_labels(loss: Callable[[Tensor], Tensor], shares: Tensor) -> Tensor:
    """Give the expectation [B] of a loss of labels drawn by their shares [B, K]."""
    samples, classes = shares.shape
    of_each = torch.stack([loss(torch.full((samples,), k)) for k in range(classes)], dim=1)
    return (shares * of_each).sum(1)


def others(labels: Tensor, classes: int) -> Tensor:
    """Give the shares [B, K] of labels drawn uniformly from the other classes."""
    return (1 - torch.eye(classes, dtype=torch.float64)[labels]) / (classes - 1)


@few
@given(batch=batches(), share=st.floats(0, 0.9))
def test_gls_at_the_optimal_rate_is_backward_correction_under_symmetric_noise(batch: Batch, share: float) -> None:
    """Equal values, so the scale between the gradients is 1: r = -rho / (1 - rho) with rho = K noise_rate / (K - 1)."""
    logits, labels = batch
    classes = logits.shape[1]
    noise_rate = share * (classes - 1) / classes
    rate = optimal_smooth_rate(noise_rate, classes)
    assert rate == pytest.approx(-share / (1 - share))
    transition = symmetric(noise_rate, classes)
    same(lambda z: gls(z, labels, smooth_rate=rate), lambda z: backward(z, labels, transition=transition), logits, 1e-9)


@few
@given(batch=batches(), share=st.floats(0, 0.9), clean_rate=st.floats(-4, 1))
def test_gls_at_the_optimal_rate_is_in_expectation_gls_on_clean_labels(
    batch: Batch, share: float, clean_rate: float
) -> None:
    logits, labels = batch
    classes = logits.shape[1]
    noise_rate = share * (classes - 1) / classes
    rate = optimal_smooth_rate(noise_rate, classes, clean_rate)
    shares = symmetric(noise_rate, classes)[labels]

    def expected(z: Tensor) -> Tensor:
        return over_labels(lambda noisy: gls(z, noisy, smooth_rate=rate), shares)

    same(expected, lambda z: gls(z, labels, smooth_rate=clean_rate), logits, 1e-8)


@few
@given(batch=batches(), seed=st.integers(0, 2**32))
def test_backward_correction_is_in_expectation_cross_entropy_on_clean_labels(batch: Batch, seed: int) -> None:
    logits, labels = batch
    classes = logits.shape[1]
    drawn = torch.rand(classes, classes, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    transition = drawn / drawn.sum(1, keepdim=True) / 2 + torch.eye(classes) / 2

    def expected(z: Tensor) -> Tensor:
        return over_labels(lambda noisy: backward(z, noisy, transition=transition), transition[labels])

    same(expected, lambda z: ce(z, labels), logits, 1e-8)


@few
@given(batch=batches())
def test_corrections_by_the_identity_are_cross_entropy(batch: Batch) -> None:
    logits, labels = batch
    identity = torch.eye(logits.shape[1], dtype=torch.float64)
    same(lambda z: forward(z, labels, transition=identity), lambda z: ce(z, labels), logits, 0)
    same(lambda z: backward(z, labels, transition=identity), lambda z: ce(z, labels), logits, 1e-12)


@few
@given(batch=batches())
def test_complementary_loss_is_in_expectation_the_limit_of_gls(batch: Batch) -> None:
    logits, labels = batch
    classes = logits.shape[1]

    def limit(z: Tensor) -> Tensor:
        return gls(z, labels, smooth_rate=-1e9) / 1e9

    def expected(z: Tensor) -> Tensor:
        return over_labels(lambda other: complementary(z, labels, other_labels=other), others(labels, classes))

    same(limit, expected, logits, 1e-6)
    slope = torch.full_like(logits, 1 / classes) - torch.eye(classes, dtype=torch.float64)[labels]
    torch.testing.assert_close(gradient(expected, logits), slope)


@few
@given(batch=batches(), alpha=st.floats(0, 0.99))
def test_peer_loss_with_equal_shares_is_in_expectation_gls(batch: Batch, alpha: float) -> None:
    """(1 - alpha) GLS(r) with r = -alpha / (1 - alpha); at alpha = 1, the limit of GLS(r) / |r|."""
    logits, labels = batch
    equal = torch.full_like(logits, 1 / logits.shape[1])

    def expected(alpha: float) -> Callable[[Tensor], Tensor]:
        return lambda z: over_labels(lambda drawn: peer(z, labels, alpha=alpha, peer_labels=drawn), equal)

    rate = -alpha / (1 - alpha)
    same(expected(alpha), lambda z: (1 - alpha) * gls(z, labels, smooth_rate=rate), logits, 1e-9)
    same(expected(1.0), lambda z: gls(z, labels, smooth_rate=-1e9) / 1e9, logits, 1e-6)


@few
@given(batch=batches(), beta=st.floats(0, 3), seed=st.integers(0, 2**32))
def test_confidence_regularisation_is_peer_loss_in_expectation(batch: Batch, beta: float, seed: int) -> None:
    logits, labels = batch
    drawn = torch.rand(logits.shape[1], generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    shares = drawn / drawn.sum()

    def expected(z: Tensor) -> Tensor:
        of_drawn = shares.expand(SAMPLES, -1)
        return over_labels(lambda own: peer(z, labels, alpha=beta, peer_labels=own), of_drawn)

    # Up to the 1e-8 that CORES adds to its probabilities, which counts for little where none is small.
    same(expected, lambda z: cores(z, labels, beta=beta, label_shares=shares, sieve=False), logits.clamp(-2, 2), 1e-4)


@few
@given(batch=batches(least=3))
def test_labels_that_are_complementary_themselves_are_a_matter_of_the_transition_matrix(batch: Batch) -> None:
    """Forward is the loss of Yu et al. (2018), backward of Ishida et al. (2019): -(K-1) CE(label) + sum_k CE(k)."""
    logits, labels = batch
    classes = logits.shape[1]
    transition = symmetric(1.0, classes)
    every = [torch.full((SAMPLES,), k) for k in range(classes)]
    total = torch.stack([ce(logits, own) for own in every]).sum(0)
    ishida = total - (classes - 1) * ce(logits, labels)
    torch.testing.assert_close(backward(logits, labels, transition=transition), ishida, rtol=1e-9, atol=1e-9)
    same(
        lambda z: forward(z, labels, transition=transition) - math.log(classes - 1),
        lambda z: negative_learning(z, labels, other_labels=labels),
        logits,
        1e-7,
    )


@few
@given(batch=batches(most=2))
def test_with_two_classes_negative_learning_is_cross_entropy(batch: Batch) -> None:
    logits, labels = batch
    same(lambda z: negative_learning(z, labels, other_labels=1 - labels), lambda z: ce(z, labels), logits, 1e-12)


@few
@given(batch=batches())
def test_generalized_cross_entropy_lies_between_cross_entropy_and_half_the_mean_absolute_error(batch: Batch) -> None:
    logits, labels = batch
    same(lambda z: gce(z, labels, q=1e-9), lambda z: ce(z, labels), logits, 1e-6)
    same(lambda z: gce(z, labels, q=1.0), lambda z: mae(z, labels) / 2, logits, 1e-12)


@few
@given(batch=batches(), alpha=st.floats(0, 9), beta=st.floats(0, 9))
def test_mixtures_are_made_of_their_parts(batch: Batch, alpha: float, beta: float) -> None:
    logits, labels = batch
    reverse = -math.log(1e-4) / 2
    same(
        lambda z: sce(z, labels, alpha=alpha, beta=beta),
        lambda z: alpha * ce(z, labels) + beta * reverse * mae(z, labels),
        logits,
        1e-9,
    )
    same(
        lambda z: nce_rce(z, labels, alpha=alpha, beta=beta) - beta * reverse * mae(z, labels),
        lambda z: nfl_mae(z, labels, alpha=alpha, beta=0.0, gamma=0.0),
        logits,
        1e-9,
    )


@few
@given(batch=batches())
def test_normalised_losses_sum_to_one_over_the_classes(batch: Batch) -> None:
    logits, _ = batch
    ones = torch.ones_like(logits)
    for loss in (
        lambda z, own: nce_rce(z, own, alpha=1.0, beta=0.0),
        lambda z, own: nfl_mae(z, own, alpha=1.0, beta=0.0, gamma=0.5),
    ):
        total = over_labels(lambda own, loss=loss: loss(logits, own), ones)
        torch.testing.assert_close(total, torch.ones_like(total))


@few
@given(batch=batches())
def test_what_is_cross_entropy_where_it_adds_nothing(batch: Batch) -> None:
    logits, labels = batch
    memory = torch.zeros_like(logits)
    for loss in (
        lambda z: gls(z, labels, smooth_rate=0.0),
        lambda z: focal(z, labels, gamma=0.0),
        lambda z: bootstrap_soft(z, labels, beta=1.0),
        lambda z: bootstrap_hard(z, labels, beta=1.0),
        lambda z: sce(z, labels, alpha=1.0, beta=0.0),
        lambda z: peer(z, labels, alpha=0.0, peer_labels=labels.flip(0)),
        lambda z: cores(z, labels, beta=0.0, label_shares=z[0].softmax(0), sieve=False),
        lambda z: elr(z, labels, beta=0.7, weight=0.0, memory=memory)[0],
        lambda z: logit_clip(z, labels, tau=1e6),
    ):
        same(loss, lambda z: ce(z, labels), logits, 1e-12)


@few
@given(batch=batches(), tau=st.floats(0.1, 3), factor=st.floats(1, 100))
def test_clipped_logits_depend_on_direction_alone_and_bound_the_loss(batch: Batch, tau: float, factor: float) -> None:
    logits, labels = batch
    classes = logits.shape[1]
    long = 10 * logits / torch.linalg.vector_norm(logits, dim=1, keepdim=True)
    clipped = logit_clip(factor * long, labels, tau=tau)
    torch.testing.assert_close(clipped, logit_clip(long, labels, tau=tau), rtol=1e-9, atol=1e-9)
    assert (clipped <= math.log(1 + (classes - 1) * math.exp(2 * tau)) + 1e-9).all()
