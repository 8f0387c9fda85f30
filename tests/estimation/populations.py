"""Data whose noise is known exactly."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gls_sweep.noise import asymmetric_matrix, pairflip_matrix, symmetric_matrix

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

TRANSITIONS = {
    "clean": np.eye(4),
    "symmetric 0.2": symmetric_matrix(5, 0.2),
    "symmetric 0.6": symmetric_matrix(5, 0.6),
    "asymmetric 0.4": asymmetric_matrix(10, 0.4),
    "pairflip 0.3": pairflip_matrix(10, 0.3),
    "two classes": np.array([[0.9, 0.1], [0.3, 0.7]]),
    "three classes": np.array([[0.8, 0.2, 0.0], [0.1, 0.6, 0.3], [0.0, 0.1, 0.9]]),
}


@dataclass(frozen=True, eq=False)
class Population:
    """Every clean class i has exactly ``shares[i] T[i, j]`` of all samples with label j."""

    transition: FloatArray
    shares: FloatArray
    clean: IntArray
    labels: IntArray

    @property
    def posteriors(self) -> FloatArray:
        """P(label | sample) [N, K], where each sample's clean class is certain."""
        return self.transition[self.clean]

    @property
    def certain(self) -> FloatArray:
        """Clean classes, one-hot [N, K]."""
        return np.eye(len(self.transition))[self.clean]


def population(transition: FloatArray) -> Population:
    """Make the first half of the classes three times as frequent as the rest."""
    num_classes = len(transition)
    sizes = np.where(np.arange(num_classes) < num_classes // 2, 300, 100)
    counts = np.rint(transition * sizes[:, None]).astype(np.int64)
    clean, labels = (places.repeat(counts.ravel()) for places in np.indices(counts.shape).reshape(2, -1))
    return Population(transition, sizes / sizes.sum(), clean, labels)


def random_outputs(num_samples: int, num_classes: int, seed: int) -> tuple[FloatArray, IntArray]:
    """Make unrelated probabilities [N, K] and labels [N]."""
    rng = np.random.default_rng(seed)
    return rng.dirichlet(np.full(num_classes, 0.5), num_samples), rng.integers(num_classes, size=num_samples)
