"""Typed configuration of the noise models."""

from dataclasses import dataclass, field
from typing import Any

from omegaconf import MISSING

from gls_sweep.config.checks import require, require_fraction, require_one_of
from gls_sweep.config.marks import CONTENT, IGNORED


@dataclass
class NoiseConfig:
    """What every noise model has: the seed and the generator that draw the labels."""

    _target_: str = MISSING
    name: str = field(default=MISSING, metadata=IGNORED)
    seed: int = 0
    generator: str = "numpy"

    def __post_init__(self) -> None:
        """Check the ranges."""
        require(self.seed >= 0, "noise.seed", self.seed, "an integer of at least 0")
        require_one_of("noise.generator", self.generator, ["numpy", "legacy"])
        require(
            self.generator != "legacy" or self.seed == 0,
            "noise.seed",
            self.seed,
            "0 with noise.generator=legacy, which draws the GLS code's labels (always RandomState(0))",
        )


@dataclass
class RateNoiseConfig(NoiseConfig):
    """A noise model with one rate."""

    rate: float = 0.0

    def __post_init__(self) -> None:
        """Check the ranges."""
        super().__post_init__()
        require_fraction("noise.rate", self.rate)


@dataclass
class UndrawnNoiseConfig(NoiseConfig):
    """Labels that are not drawn at random: seed and generator may be given, as with any noise, and decide nothing."""

    seed: int = field(default=0, metadata=IGNORED)
    generator: str = field(default="numpy", metadata=IGNORED)


@dataclass
class CleanConfig(UndrawnNoiseConfig):
    """No noise."""

    _target_: str = "gls_sweep.noise.clean"
    name: str = field(default="clean", metadata=IGNORED)


@dataclass
class SymmetricConfig(RateNoiseConfig):
    """Flips to each of the other classes with equal chance."""

    _target_: str = "gls_sweep.noise.symmetric"
    name: str = field(default="symmetric", metadata=IGNORED)


@dataclass
class SymmetricInclusiveConfig(RateNoiseConfig):
    """Uniform over all classes, the true one included (DivideMix, ELR)."""

    _target_: str = "gls_sweep.noise.symmetric_inclusive"
    name: str = field(default="symmetric_inclusive", metadata=IGNORED)


@dataclass
class PairflipConfig(RateNoiseConfig):
    """Flips to the next class (Co-teaching)."""

    _target_: str = "gls_sweep.noise.pairflip"
    name: str = field(default="pairflip", metadata=IGNORED)


@dataclass
class GlsPairsConfig(RateNoiseConfig):
    """The GLS code's `pairflip`: five pairs of ten classes."""

    _target_: str = "gls_sweep.noise.gls_pairs"
    name: str = field(default="gls_pairs", metadata=IGNORED)


@dataclass
class AsymmetricConfig(RateNoiseConfig):
    """Patrini's CIFAR-10 map."""

    _target_: str = "gls_sweep.noise.asymmetric"
    name: str = field(default="asymmetric", metadata=IGNORED)


@dataclass
class BlockCyclicConfig(RateNoiseConfig):
    """Flips to the next class of a block of five consecutive ones (Patrini's CIFAR-100 map, as it is drawn)."""

    _target_: str = "gls_sweep.noise.block_cyclic"
    name: str = field(default="block_cyclic", metadata=IGNORED)


@dataclass
class SuperclassCyclicConfig(RateNoiseConfig):
    """Flips to the next class of the true superclass (Patrini's CIFAR-100 map, as it is described)."""

    _target_: str = "gls_sweep.noise.superclass_cyclic"
    name: str = field(default="superclass_cyclic", metadata=IGNORED)


@dataclass
class InstanceConfig(RateNoiseConfig):
    """Part-dependent noise (Xia et al. 2020)."""

    _target_: str = "gls_sweep.noise.instance"
    name: str = field(default="instance", metadata=IGNORED)

    def __post_init__(self) -> None:
        """Check the ranges."""
        super().__post_init__()
        only = "numpy with noise=instance; noise=instance_cores draws the GLS code's labels"
        require(self.generator == "numpy", "noise.generator", self.generator, only)


@dataclass
class InstanceCoresConfig(RateNoiseConfig):
    """Instance-dependent noise of CORES² and the GLS code."""

    _target_: str = "gls_sweep.noise.instance_cores"
    name: str = field(default="instance_cores", metadata=IGNORED)


@dataclass
class MatrixConfig(NoiseConfig):
    """Any row-stochastic transition matrix, inline or from a .npy or .csv file."""

    _target_: str = "gls_sweep.noise.matrix"
    name: str = field(default="matrix", metadata=IGNORED)
    matrix: Any = field(default=MISSING, metadata=CONTENT)


@dataclass
class FileConfig(UndrawnNoiseConfig):
    """Labels from a .npy, .csv, .json or .pt file."""

    _target_: str = "gls_sweep.noise.file"
    name: str = field(default="file", metadata=IGNORED)
    path: str = field(default=MISSING, metadata=CONTENT)
    key: str | None = None


@dataclass
class HumanConfig(UndrawnNoiseConfig):
    """Noisy labels that come with the dataset."""

    _target_: str = "gls_sweep.noise.human"
    name: str = field(default="human", metadata=IGNORED)
    labels: str | None = None


NOISES: dict[str, type[NoiseConfig]] = {
    "noise": NoiseConfig,
    "clean": CleanConfig,
    "symmetric": SymmetricConfig,
    "symmetric_inclusive": SymmetricInclusiveConfig,
    "pairflip": PairflipConfig,
    "gls_pairs": GlsPairsConfig,
    "asymmetric": AsymmetricConfig,
    "block_cyclic": BlockCyclicConfig,
    "superclass_cyclic": SuperclassCyclicConfig,
    "instance": InstanceConfig,
    "instance_cores": InstanceCoresConfig,
    "matrix": MatrixConfig,
    "file": FileConfig,
    "human": HumanConfig,
}
