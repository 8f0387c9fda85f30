"""Label noise: clean labels in, noisy labels and their transition matrix out. NumPy only, but for .pt files."""

from gls_sweep.noise.models import (
    asymmetric,
    clean,
    file,
    gls_pairs,
    matrix,
    pairflip,
    symmetric,
    symmetric_inclusive,
)
from gls_sweep.noise.realised import labels_hash, realised_rate, realised_transition
from gls_sweep.noise.sampling import LabelSampler, NoisyLabels, check_noisy_labels, draw_labels, label_sampler
from gls_sweep.noise.transition import (
    asymmetric_matrix,
    custom_matrix,
    gls_pairs_matrix,
    pairflip_matrix,
    symmetric_inclusive_matrix,
    symmetric_matrix,
)

__all__ = [
    "LabelSampler",
    "NoisyLabels",
    "asymmetric",
    "asymmetric_matrix",
    "check_noisy_labels",
    "clean",
    "custom_matrix",
    "draw_labels",
    "file",
    "gls_pairs",
    "gls_pairs_matrix",
    "label_sampler",
    "labels_hash",
    "matrix",
    "pairflip",
    "pairflip_matrix",
    "realised_rate",
    "realised_transition",
    "symmetric",
    "symmetric_inclusive",
    "symmetric_inclusive_matrix",
    "symmetric_matrix",
]
