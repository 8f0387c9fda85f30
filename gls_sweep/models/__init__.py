"""Models: functions from an input shape and a number of classes to an initialised network."""

from gls_sweep.models.cnn import cnn9, cnn_small
from gls_sweep.models.mlp import mlp
from gls_sweep.models.resnet import resnet18, resnet34
from gls_sweep.models.torchvision_model import torchvision_model

__all__ = ["cnn9", "cnn_small", "mlp", "resnet18", "resnet34", "torchvision_model"]
