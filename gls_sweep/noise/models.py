"""The noise models: pure functions ``name(labels, rng, *, num_classes, ...) -> NoisyLabels``.

All take clean labels, int64 [N] in 0..K-1, which they leave alone, and a sampler from `label_sampler`. They raise
`UserError` for a rate outside [0, 1), a number of classes they are not defined for, and a file that does not fit.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from gls_sweep.errors import UserError
from gls_sweep.noise import transition
from gls_sweep.noise.custom_matrix import custom_matrix
from gls_sweep.noise.label_file import read_labels
from gls_sweep.noise.realised import realised_transition
from gls_sweep.noise.sampling import IntArray, LabelSampler, NoisyLabels, draw_labels


def clean(labels: IntArray, rng: LabelSampler, *, num_classes: int) -> NoisyLabels:
    """Leave the labels as they are.

    ```math
    T = I
    ```

    T[i, j] = P(noisy j | clean i), here and in the other noise models.

    References
    ----------
    Patrini et al., "Making Deep Neural Networks Robust to Label Noise: A Loss Correction Approach", CVPR 2017,
    <https://arxiv.org/abs/1609.03683>.
    """
    return draw_labels(labels, rng, np.eye(num_classes))


def symmetric(labels: IntArray, rng: LabelSampler, *, num_classes: int, rate: float) -> NoisyLabels:
    r"""With chance ``rate``, uniform over the other K-1 classes; realised rate = ``rate``.

    ```math
    T_{ii} = 1 - \varepsilon, \quad T_{ij} = \frac{\varepsilon}{K - 1} \text{ for } j \ne i
    ```

    ``rate`` in [0, 1); from (K-1)/K on, the true class is no longer the most likely one.

    References
    ----------
    Wei et al., "To Smooth or Not? When Label Smoothing Meets Noisy Labels", ICML 2022,
    <https://arxiv.org/abs/2106.04149>.
    """
    return draw_labels(labels, rng, transition.symmetric_matrix(num_classes, rate))


def symmetric_inclusive(labels: IntArray, rng: LabelSampler, *, num_classes: int, rate: float) -> NoisyLabels:
    r"""With chance ``rate``, uniform over all K classes, the true one included; realised rate = ``rate`` (K-1)/K.

    ```math
    T_{ij} = (1 - \varepsilon) \, [i = j] + \frac{\varepsilon}{K}
    ```

    ``rate`` in [0, 1). What DivideMix and ELR call symmetric noise.

    References
    ----------
    Li et al., "DivideMix: Learning with Noisy Labels as Semi-supervised Learning", ICLR 2020, section 4.1,
    <https://arxiv.org/abs/2002.07394>.
    """
    return draw_labels(labels, rng, transition.symmetric_inclusive_matrix(num_classes, rate))


def pairflip(labels: IntArray, rng: LabelSampler, *, num_classes: int, rate: float) -> NoisyLabels:
    r"""With chance ``rate``, class i becomes i+1 mod K; realised rate = ``rate``.

    ```math
    T_{ii} = 1 - \varepsilon, \quad T_{i, (i + 1) \bmod K} = \varepsilon
    ```

    ``rate`` in [0, 1); above 1/2 the wrong class is the more likely one.

    References
    ----------
    Han et al., "Co-teaching: Robust Training of Deep Neural Networks with Extremely Noisy Labels", NeurIPS 2018,
    <https://arxiv.org/abs/1804.06872>.
    """
    return draw_labels(labels, rng, transition.pairflip_matrix(num_classes, rate))


def gls_pairs(labels: IntArray, rng: LabelSampler, *, num_classes: int, rate: float) -> NoisyLabels:
    r"""With chance ``rate``, swap within the pairs 9-1, 2-0, 4-7, 3-5, 6-8; realised rate = ``rate``.

    ```math
    T_{ii} = 1 - \varepsilon, \quad T_{i, \mathrm{pair}(i)} = \varepsilon
    ```

    ``rate`` in [0, 1), 10 classes only. What the GLS code calls ``pairflip``.

    References
    ----------
    The GLS code, ``data/utils.py``, <https://github.com/UCSC-REAL/negative-label-smoothing>.
    """
    return draw_labels(labels, rng, transition.gls_pairs_matrix(num_classes, rate))


def asymmetric(labels: IntArray, rng: LabelSampler, *, num_classes: int, rate: float) -> NoisyLabels:
    r"""With chance ``rate``, the CIFAR-10 confusions 9 to 1, 2 to 0, 4 to 7, 3 to 5 and 5 to 3.

    ```math
    T_{ii} = 1 - \varepsilon, \quad T_{i, \mathrm{like}(i)} = \varepsilon \quad \text{for } i \in \{2, 3, 4, 5, 9\}
    ```

    ``rate`` in [0, 1), 10 classes only; the other five classes stay clean, so the realised rate is ``rate``/2 on
    balanced classes.

    References
    ----------
    Patrini et al., "Making Deep Neural Networks Robust to Label Noise: A Loss Correction Approach", CVPR 2017,
    <https://arxiv.org/abs/1609.03683>.
    """
    return draw_labels(labels, rng, transition.asymmetric_matrix(num_classes, rate))


def block_cyclic(labels: IntArray, rng: LabelSampler, *, num_classes: int, rate: float) -> NoisyLabels:
    r"""With chance ``rate``, the next class of a block of 5 consecutive ones, the last the first; realised = ``rate``.

    ```math
    T_{ii} = 1 - \varepsilon, \quad T_{i, \; 5 \lfloor i / 5 \rfloor + (i + 1) \bmod 5} = \varepsilon
    ```

    ``rate`` in [0, 1), a multiple of 5 classes. What Patrini et al. 2017 and ELR (Liu et al. 2020) draw on CIFAR-100
    as flips within a superclass. Its classes are in alphabetical order, so that 94 of the 100 flips leave theirs; see
    `superclass_cyclic`.

    References
    ----------
    Patrini et al., "Making Deep Neural Networks Robust to Label Noise: A Loss Correction Approach", CVPR 2017,
    <https://arxiv.org/abs/1609.03683>.
    """
    return draw_labels(labels, rng, transition.block_cyclic_matrix(num_classes, rate))


def superclass_cyclic(
    labels: IntArray, rng: LabelSampler, *, num_classes: int, superclasses: Sequence[int] | None, rate: float
) -> NoisyLabels:
    r"""With chance ``rate``, the next class of the same superclass, by class numbers, the last the first.

    ```math
    T_{ii} = 1 - \varepsilon, \quad T_{i, \mathrm{next}(i)} = \varepsilon
    ```

    ``rate`` in [0, 1); realised rate = ``rate`` where no superclass has a single class, which stays clean. What Patrini
    et al. 2017 describe for CIFAR-100. ``superclasses`` gives the superclass of each class; without it, `UserError`.

    References
    ----------
    Patrini et al., "Making Deep Neural Networks Robust to Label Noise: A Loss Correction Approach", CVPR 2017,
    <https://arxiv.org/abs/1609.03683>.
    """
    return draw_labels(labels, rng, transition.superclass_cyclic_matrix(num_classes, rate, superclasses))


def matrix(
    labels: IntArray, rng: LabelSampler, *, num_classes: int, matrix: Sequence[Sequence[float]] | str | Path
) -> NoisyLabels:
    r"""Draw from any row-stochastic T, inline or from a ``.npy`` or ``.csv`` file; see `custom_matrix`.

    ```math
    T_{ij} \ge 0, \quad \sum_j T_{ij} = 1
    ```

    References
    ----------
    Patrini et al., "Making Deep Neural Networks Robust to Label Noise: A Loss Correction Approach", CVPR 2017,
    <https://arxiv.org/abs/1609.03683>.
    """
    return draw_labels(labels, rng, custom_matrix(num_classes, matrix))


def file(
    labels: IntArray, rng: LabelSampler, *, num_classes: int, path: str | Path, key: str | None = None
) -> NoisyLabels:
    r"""Read labels from a ``.npy``, ``.csv``, ``.json`` or ``.pt`` file; see `read_labels`.

    ```math
    T_{ij} = \frac{\#\{n : y_n = i, \tilde{y}_n = j\}}{\#\{n : y_n = i\}}
    ```

    Nothing is drawn: T is the measured one, of true labels y and noisy ones ỹ, NaN in the row of a class without a
    sample. The formats are those of `gls-noise make`, the GLS code's and CIFAR-N's files among them.

    References
    ----------
    The GLS code, ``data/utils.py``, <https://github.com/UCSC-REAL/negative-label-smoothing>.
    """
    noisy = read_labels(Path(path).expanduser(), key, labels, num_classes)
    return NoisyLabels(noisy, realised_transition(labels, noisy, num_classes))


def human(
    true: IntArray,
    rng: LabelSampler,
    /,
    *,
    num_classes: int,
    noisy_labels: Mapping[str, IntArray],
    labels: str | None = None,
) -> NoisyLabels:
    r"""Take the noisy labels that come with the dataset, CIFAR-10N's for example.

    ```math
    T_{ij} = \frac{\#\{n : y_n = i, \tilde{y}_n = j\}}{\#\{n : y_n = i\}}
    ```

    ``labels`` names one of ``noisy_labels``, each int64 [N]; None takes the only one there is. Nothing is drawn: T is
    the measured one, NaN in the row of a class without a sample.

    References
    ----------
    Wei et al., "Learning with Noisy Labels Revisited: A Study Using Real-World Human Annotations", ICLR 2022,
    <https://arxiv.org/abs/2110.12088>.
    """
    noisy = noisy_labels[_choose(labels, list(noisy_labels))].copy()
    return NoisyLabels(noisy, realised_transition(true, noisy, num_classes))


def _choose(name: str | None, names: Sequence[str]) -> str:
    if not names:
        raise UserError("noise=human: the dataset comes without noisy labels; use noise=file for labels in a file")
    if name is None and len(names) == 1:
        return names[0]
    if name is None or name not in names:
        asked = "null" if name is None else name
        raise UserError(f"noise.labels={asked}: must be one of {', '.join(names)}, which come with the dataset")
    return name
