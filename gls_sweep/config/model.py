"""Typed configuration of the models."""

from dataclasses import dataclass, field

from omegaconf import MISSING

from gls_sweep.config.checks import require, require_fraction, require_list
from gls_sweep.config.marks import IGNORED


@dataclass
class ModelConfig:
    """What every model has."""

    _target_: str = MISSING
    name: str = field(default=MISSING, metadata=IGNORED)


@dataclass
class MlpConfig(ModelConfig):
    """Fully connected ReLU network."""

    _target_: str = "gls_sweep.models.mlp"
    name: str = field(default="mlp", metadata=IGNORED)
    hidden: list[int] = field(default_factory=lambda: [64, 64])
    dropout: float = 0.0
    batch_norm: bool = False

    def __post_init__(self) -> None:
        """Check the ranges."""
        require_list("model.hidden", self.hidden)
        require(all(width >= 1 for width in self.hidden), "model.hidden", self.hidden, "a list of widths of at least 1")
        require_fraction("model.dropout", self.dropout)


@dataclass
class CnnSmallConfig(ModelConfig):
    """A small convolutional network for images of 8x8 and up."""

    _target_: str = "gls_sweep.models.cnn_small"
    name: str = field(default="cnn_small", metadata=IGNORED)
    width: int = 16

    def __post_init__(self) -> None:
        """Check the ranges."""
        require(self.width >= 1, "model.width", self.width, "an integer of at least 1")


@dataclass
class Cnn9Config(ModelConfig):
    """The 9-layer CNN of co-teaching and of the GLS code."""

    _target_: str = "gls_sweep.models.cnn9"
    name: str = field(default="cnn9", metadata=IGNORED)


@dataclass
class Resnet18Config(ModelConfig):
    """ResNet18 in CIFAR form."""

    _target_: str = "gls_sweep.models.resnet18"
    name: str = field(default="resnet18", metadata=IGNORED)


@dataclass
class Resnet34Config(ModelConfig):
    """ResNet34 in CIFAR form."""

    _target_: str = "gls_sweep.models.resnet34"
    name: str = field(default="resnet34", metadata=IGNORED)


@dataclass
class TorchvisionConfig(ModelConfig):
    """Any torchvision classification model by its name."""

    _target_: str = "gls_sweep.models.torchvision_model"
    name: str = field(default="torchvision", metadata=IGNORED)
    architecture: str = MISSING
    adapt_stem: bool = True


MODELS: dict[str, type[ModelConfig]] = {
    "model": ModelConfig,
    "mlp": MlpConfig,
    "cnn_small": CnnSmallConfig,
    "cnn9": Cnn9Config,
    "resnet18": Resnet18Config,
    "resnet34": Resnet34Config,
    "torchvision": TorchvisionConfig,
}
