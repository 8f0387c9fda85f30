"""A user's own functions, called by the options in `conf`; `wrong` says what is wrong with what they return."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gls_sweep.data import Dataset
from gls_sweep.noise import NoisyLabels
from tests.cli.bad_data.case import Case

CONF = Path(__file__).parent / "conf"


def dataset(**changes: Any) -> Dataset:
    generator = torch.Generator().manual_seed(0)
    inputs = torch.randn(40, 3, generator=generator)
    labels = (inputs[:, 0] > 0).long().numpy()
    whole = {"inputs": inputs, "labels": labels, "test_inputs": inputs, "test_labels": labels}
    return Dataset(**{**whole, "num_classes": 2, "class_names": ("a", "b"), **changes})


def with_feature(value: float, rows: slice) -> Tensor:
    inputs = dataset().inputs.clone()
    inputs[rows, 1] = value
    return inputs


DATASETS = {
    "numpy_inputs": lambda: dataset(inputs=dataset().inputs.numpy()),
    "float64_inputs": lambda: dataset(inputs=dataset().inputs.double()),
    "flat_inputs": lambda: dataset(inputs=dataset().inputs[:, 0]),
    "nan_inputs": lambda: dataset(inputs=with_feature(np.nan, slice(7, 8))),
    "infinite_inputs": lambda: dataset(test_inputs=with_feature(np.inf, slice(9, 10))),
    "wider_test": lambda: dataset(test_inputs=torch.zeros(40, 4)),
    "fewer_labels": lambda: dataset(labels=dataset().labels[:-1]),
    "fewer_inputs": lambda: dataset(test_inputs=dataset().inputs[:-1]),
    "tensor_labels": lambda: dataset(labels=torch.from_numpy(dataset().labels)),
    "list_labels": lambda: dataset(labels=dataset().labels.tolist()),
    "float_labels": lambda: dataset(labels=dataset().labels.astype(float)),
    "labels_too_high": lambda: dataset(labels=dataset().labels + 1),
    "negative_labels": lambda: dataset(test_labels=dataset().labels - 1),
    "no_samples": lambda: dataset(inputs=torch.zeros(0, 3), labels=np.zeros(0, np.int64)),
    "one_class": lambda: dataset(labels=np.zeros(40, np.int64)),
    "no_classes": lambda: dataset(num_classes=None),
    "names_missing": lambda: dataset(class_names=("a",)),
    "augmented_features": lambda: dataset(augmentation=object()),
    "no_dataset": lambda: {"inputs": 1},
    "raises": lambda: {}["no such file"],
    "constant_feature": lambda: dataset(
        inputs=with_feature(1e6, slice(None)), test_inputs=with_feature(3, slice(None))
    ),
}


def own_dataset(*, wrong: str) -> Any:
    return DATASETS[wrong]()


def own_noise(labels: np.ndarray, rng: Any, *, num_classes: int, wrong: str) -> Any:
    eye = np.eye(num_classes)
    return {
        "bare_labels": labels,
        "too_short": NoisyLabels(labels[:-1], eye),
        "floats": NoisyLabels(labels.astype(float), eye),
        "a_tensor": NoisyLabels(torch.from_numpy(labels), eye),
        "too_high": NoisyLabels(labels + 1, eye),
        "small_transition": NoisyLabels(labels, np.eye(3)),
        "no_transition": NoisyLabels(labels, None),
    }[wrong]


def own_loss(logits: Tensor, labels: Tensor, *, wrong: str) -> Any:
    losses = F.cross_entropy(logits, labels, reduction="none")
    return {
        "mean": lambda: losses.mean(),
        "one_a_class": lambda: logits.log_softmax(-1),
        "no_gradient": lambda: losses.detach(),
        "integers": lambda: logits.argmax(-1) - labels,
        "not_finite": lambda: losses * torch.nan,
        "a_number": lambda: 1.0,
        "if_on_values": lambda: losses if losses.sum() > 0 else -losses,
        "raises": lambda: logits @ labels,
    }[wrong]()


def own_model(*, input_shape: tuple[int, ...], num_classes: int, wrong: str) -> Any:
    features = int(np.prod(input_shape))
    return {
        "no_module": lambda: lambda inputs: inputs,
        "fewer_classes": lambda: nn.Sequential(nn.Flatten(), nn.Linear(features, num_classes - 1)),
        "other_inputs": lambda: nn.Sequential(nn.Flatten(), nn.Linear(features + 1, num_classes)),
        "a_tuple": lambda: nn.Sequential(nn.Flatten(), nn.LSTM(features, num_classes)),
        "float64": lambda: nn.Sequential(nn.Flatten(), nn.Linear(features, num_classes)).double(),
        "raises": lambda: nn.Linear(-1, 1),
    }[wrong]()


def own(group: str, wrong: str, *says: str) -> Case:
    return Case(f"--config-dir={CONF} {group}=own {group}.wrong={wrong}", list(says))


WRONG = {
    case.words.split()[2]: case
    for case in [
        own("dataset", "numpy_inputs", "must be a tensor", "got ndarray float32 [40, 3]"),
        own("dataset", "float64_inputs", "float32 features", "got Tensor float64 [40, 3]"),
        own("dataset", "flat_inputs", "features [N, D]", "[40]"),
        own("dataset", "nan_inputs", "training features of sample 7 are not finite", "remove or fill in"),
        own("dataset", "infinite_inputs", "test features of sample 9 are not finite"),
        own("dataset", "wider_test", "[40, 3]", "[40, 4]", "one kind and size"),
        own("dataset", "fewer_labels", "training labels", "shape [40]", "[39]"),
        own("dataset", "fewer_inputs", "test labels", "shape [39]", "[40]"),
        own("dataset", "tensor_labels", "an array of int64", "got Tensor int64 [40]"),
        own("dataset", "list_labels", "an array of int64", "got list"),
        own("dataset", "float_labels", "an array of int64", "got ndarray float64 [40]"),
        own("dataset", "labels_too_high", "training label 2", "outside 0..1"),
        own("dataset", "negative_labels", "test label -1", "outside 0..1"),
        own("dataset", "no_samples", "training inputs are empty"),
        own("dataset", "one_class", "all training labels are the same class"),
        own("dataset", "no_classes", "num_classes must be an integer, got NoneType"),
        own("dataset", "names_missing", "num_classes = 2 with 1 class names"),
        own("dataset", "augmented_features", "augmentation is for images"),
        own("dataset", "no_dataset", "must return a Dataset, got dict"),
        own("dataset", "raises", "dataset=own", "KeyError: 'no such file'"),
        own("noise", "bare_labels", "must return NoisyLabels, got ndarray"),
        own("noise", "too_short", "labels as an array int64 [1438], got int64 [1437]"),
        own("noise", "floats", "labels as an array int64 [1438], got float64 [1438]"),
        own("noise", "a_tensor", "labels as an array int64 [1438], got Tensor"),
        own("noise", "too_high", "found 10", "0..9"),
        own("noise", "small_transition", "transition as an array float64 [10, 10], got float64 [3, 3]"),
        own("noise", "no_transition", "transition as an array float64 [10, 10], got NoneType"),
        own("loss", "mean", "one value per sample", "got [] for B=3"),
        own("loss", "one_a_class", "one value per sample", "got [3, 10] for B=3"),
        own("loss", "no_gradient", "differentiable", "without a gradient"),
        own("loss", "integers", "differentiable", "torch.int64"),
        own("loss", "not_finite", "must be finite", "nan"),
        own("loss", "a_number", "under torch.func.vmap", "float"),
        own("loss", "if_on_values", "under torch.func.vmap", "data-dependent control flow"),
        own("loss", "raises", "under torch.func.vmap", "RuntimeError"),
        own("model", "no_module", "must return a torch.nn.Module, got function"),
        own("model", "fewer_classes", "logits [B, 10]", "got [1, 9] for B=1"),
        own("model", "other_inputs", "fails on an input of shape [1, 1, 8, 8]", "RuntimeError"),
        own("model", "a_tuple", "logits [B, 10]", "got tuple for B=1"),
        own("model", "float64", "fails on an input of shape [1, 1, 8, 8]", "dtype"),
        own("model", "raises", "model=own", "RuntimeError"),
    ]
}

FINE = {"a feature that is constant in training": own("dataset", "constant_feature")}
