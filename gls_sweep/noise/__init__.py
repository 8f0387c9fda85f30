"""Label noise: clean labels in, noisy labels and their transition matrix out. NumPy only, but for .pt files."""

from gls_sweep.noise.custom_matrix import custom_matrix
from gls_sweep.noise.instance_dependent import instance, instance_cores
from gls_sweep.noise.models import (
    asymmetric,
    block_cyclic,
    clean,
    file,
    gls_pairs,
    human,
    matrix,
    pairflip,
    superclass_cyclic,
    symmetric,
    symmetric_inclusive,
)
from gls_sweep.noise.realised import labels_hash, realised_rate, realised_transition
from gls_sweep.noise.sampling import (
    FloatArray,
    LabelSampler,
    NoisyLabels,
    check_noisy_labels,
    draw_labels,
    label_sampler,
)
from gls_sweep.noise.transition import (
    asymmetric_matrix,
    block_cyclic_matrix,
    gls_pairs_matrix,
    pairflip_matrix,
    superclass_cyclic_matrix,
    symmetric_inclusive_matrix,
    symmetric_matrix,
)

__all__ = [
    "FloatArray",
    "LabelSampler",
    "NoisyLabels",
    "asymmetric",
    "asymmetric_matrix",
    "block_cyclic",
    "block_cyclic_matrix",
    "check_noisy_labels",
    "clean",
    "custom_matrix",
    "draw_labels",
    "file",
    "gls_pairs",
    "gls_pairs_matrix",
    "human",
    "instance",
    "instance_cores",
    "label_sampler",
    "labels_hash",
    "matrix",
    "pairflip",
    "pairflip_matrix",
    "realised_rate",
    "realised_transition",
    "superclass_cyclic",
    "superclass_cyclic_matrix",
    "symmetric",
    "symmetric_inclusive",
    "symmetric_inclusive_matrix",
    "symmetric_matrix",
]
