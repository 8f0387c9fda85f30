"""Instance-dependent noise: the input decides which wrong class it is taken for.

Both models draw three things, one after the other, from one stream of random numbers: how likely each sample is to
flip, a random linear map from inputs to scores of the classes, and the labels. The sampler that other noise models draw
from has a stream for labels only, so these two make their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from gls_sweep.noise.sampling import FloatArray, IntArray, LabelSampler, NoisyLabels, inverse_transform_sampler
from gls_sweep.noise.transition import check_classes, check_rate

if TYPE_CHECKING:
    from torch import Tensor

SPREAD = 0.1  # standard deviation of the flip rates, in the code of both papers
AT_ONCE = 1_000_000  # flip rates drawn at once, as the GLS code does
CHUNK = 1 << 22  # numbers of inputs that are in memory at once: 32 MiB

Stream = np.random.Generator | np.random.RandomState


def instance(
    labels: IntArray, rng: LabelSampler, *, num_classes: int, inputs: Tensor, rate: float, seed: int
) -> NoisyLabels:
    r"""Draw part-dependent noise: parts of the input decide which wrong class it is taken for.

    ```math
    P(y \mid x, y) = 1 - q, \quad P(j \ne y \mid x, y) = q \frac{\exp(x W_y)_j}{\sum_{k \ne y} \exp(x W_y)_k}
    ```

    Sample x of class y flips with chance q, drawn from a normal of mean ``rate`` and standard deviation 0.1 truncated
    to (0, 1); the entries of W [K, D, K] are standard normal.

    Inputs are taken as the authors' code takes them (github.com/xiaoboxia/Part-dependent-label-noise,
    ``get_instance_noisy_label``): pixels as 0..255, channels first, not standardised. Such scores lie far apart, and
    nearly all the chance of an image goes to one wrong class. Features are taken as they are.

    Parameters
    ----------
    inputs
        Images [N, C, H, W] or features [N, D]; read in chunks, so they may be larger than memory.
    rate
        In [0, 1). The truncation raises the mean of q where the rate is small: to 0.129 at 0.1 and 0.206 at 0.2. At 0,
        where it would be 0.08, nothing is flipped.
    seed
        Seeds all three draws; ``rng`` is not used.

    Returns
    -------
    NoisyLabels
        Its transition is the mean over each class of the probabilities drawn from; NaN for a class with no sample.

    Raises
    ------
    UserError
        Rate outside [0, 1), or fewer than two classes.

    References
    ----------
    Xia et al., "Part-dependent Label Noise: Towards Instance-dependent Label Noise", NeurIPS 2020,
    <https://arxiv.org/abs/2006.07836>.
    """
    stream = np.random.default_rng(seed)
    flips = _flip_rates(len(labels), rate, stream)
    shape = (inputs[0].numel(), num_classes)
    # One W_y at a time: all of them take gigabytes for 100 classes of large images.
    parts = ((np.flatnonzero(labels == y), stream.normal(size=shape)) for y in range(num_classes))
    return _draw(labels, inverse_transform_sampler(stream), num_classes, inputs, flips, parts)


def instance_cores(
    labels: IntArray,
    rng: LabelSampler,
    *,
    num_classes: int,
    inputs: Tensor,
    rate: float,
    seed: int,
    generator: str,
) -> NoisyLabels:
    r"""Draw the instance-dependent noise of CORES² and of the GLS code.

    ```math
    P(y \mid x, y) = 1 - q, \quad P(j \ne y \mid x, y) = q \frac{\exp(x W)_j}{\sum_{k \ne y} \exp(x W)_k}
    ```

    As `instance`, with one map W [D, K] for all classes. With ``generator="legacy"`` it draws what ``noisify_instance``
    in the GLS code draws (github.com/UCSC-REAL/negative-label-smoothing, ``data/utils.py``): all from
    ``numpy.random.seed(0)``, pixels as 0..255, channels last.

    Parameters
    ----------
    inputs, rate
        As in `instance`.
    seed, generator
        As in `label_sampler`: they seed all three draws; ``rng`` is not used.

    Returns
    -------
    NoisyLabels
        As from `instance`.

    Raises
    ------
    UserError
        Rate outside [0, 1), or fewer than two classes.

    References
    ----------
    Cheng et al., "Learning with Instance-Dependent Label Noise: A Sample Sieve Approach", ICLR 2021,
    <https://arxiv.org/abs/2010.02347>.
    """
    stream: Stream = np.random.RandomState(0) if generator == "legacy" else np.random.default_rng(seed)
    flips = _flip_rates(len(labels), rate, stream)
    parts = [(np.arange(len(labels)), stream.normal(size=(inputs[0].numel(), num_classes)))]
    if inputs.ndim == 4:
        inputs = inputs.permute(0, 2, 3, 1)
    return _draw(labels, inverse_transform_sampler(stream), num_classes, inputs, flips, parts)


def flip_probabilities(scores: FloatArray, labels: IntArray, flips: FloatArray) -> FloatArray:
    """Share out each sample's chance to flip among the other classes.

    Parameters
    ----------
    scores
        [B, K], finite.
    labels
        [B], the true classes.
    flips
        [B] in [0, 1], the chance of each sample to flip.

    Returns
    -------
    FloatArray
        [B, K]: 1 - flip at the true class, flip times the softmax of the other scores elsewhere.
    """
    true = np.arange(len(labels)), labels
    scores = scores.copy()
    scores[true] = -np.inf
    rows: FloatArray = np.exp(scores - scores.max(axis=1, keepdims=True))
    rows *= (flips / rows.sum(axis=1))[:, None]
    rows[true] = 1.0 - flips
    return rows


def _flip_rates(samples: int, rate: float, stream: Stream) -> FloatArray:
    """Draw from the truncated normal by leaving out what lies outside (0, 1)."""
    check_rate(rate)
    if rate == 0:
        return np.zeros(samples)
    kept = np.empty(0)
    while len(kept) < samples:
        drawn = stream.normal(rate, SPREAD, AT_ONCE)
        kept = np.concatenate([kept, drawn[(drawn > 0) & (drawn < 1)]])
    return kept[:samples]


def _draw(
    labels: IntArray,
    sample: LabelSampler,
    num_classes: int,
    inputs: Tensor,
    flips: FloatArray,
    parts: Iterable[tuple[IntArray, FloatArray]],
) -> NoisyLabels:
    """Draw labels; each part has the indices of its samples, and the map [D, K] from their inputs to scores."""
    check_classes(num_classes)
    noisy = np.empty_like(labels)
    totals = np.zeros((num_classes, num_classes))
    for indices, weights in parts:
        for chunk in _chunks(indices, len(weights)):
            flat = inputs[chunk].numpy().reshape(len(chunk), -1).astype(np.float64)
            rows = flip_probabilities(flat @ weights, labels[chunk], flips[chunk])
            noisy[chunk] = sample(rows)
            np.add.at(totals, labels[chunk], rows)
    with np.errstate(invalid="ignore"):
        return NoisyLabels(noisy, totals / np.bincount(labels, minlength=num_classes)[:, None])


def _chunks(indices: IntArray, width: int) -> Iterator[IntArray]:
    size = max(1, CHUNK // width)
    for start in range(0, len(indices), size):
        yield indices[start : start + size]
