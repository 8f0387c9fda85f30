"""Measure how well T, the noise rate and suspect labels are estimated from noisy labels alone.

python -m benchmarks.estimators --seeds 3 --cifar10 FOLDER

FOLDER holds CIFAR-10N's ``CIFAR-10_human.pt`` and CIFAR-10 as ``train.parquet`` and ``test.parquet``; without it only
the digits are measured. A cell holds the mean over seeds of three errors: of T (total variation of a row, mean over
rows), of the noise rate and of the smooth rate that follows, against what the labels of these samples truly are.
"""

import argparse
import copy
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import torch
from rich.console import Console
from rich.progress import track
from rich.table import Table
from sklearn.metrics import average_precision_score
from torch import Tensor, nn
from torch.nn import functional as F

from gls_sweep.data import Dataset, digits, fit_standardiser, parquet, stratified_split
from gls_sweep.estimation import (
    ESTIMATORS,
    estimate,
    implied_smooth_rate,
    precision_recall,
    proposed_labels,
    suspect_scores,
    suspected,
)
from gls_sweep.estimation.estimate import FloatArray, IntArray
from gls_sweep.models import cnn_small, mlp
from gls_sweep.noise import (
    NoisyLabels,
    asymmetric,
    label_sampler,
    pairflip,
    realised_rate,
    realised_transition,
    symmetric,
)

SYMMETRIC_RATES = (0.0, 0.2, 0.4, 0.6)
CIFAR10N = ("aggre", "random1", "worse")
PARTS = ("seen, last", "seen, stopped", "held out, last", "held out, stopped")
HELD_OUT = 0.25
EPOCHS = {"digits": 40, "cifar10": 20}


Rows: TypeAlias = dict[tuple[str, str, str], list[list[tuple[float, ...]]]]
"""Numbers of a cell of a table, by row, seed and column."""


@dataclass(frozen=True, eq=False)
class Outputs:
    """Softmax outputs [N, K] and last hidden layer [N, D] of a network, for the samples at these positions [N]."""

    probabilities: FloatArray
    features: FloatArray
    positions: IntArray


@dataclass(frozen=True, eq=False)
class Case:
    """Noisy labels [N] of a dataset."""

    name: str
    noise: str
    dataset: Dataset
    labels: IntArray


def digits_cases(seed: int) -> Iterator[Case]:
    """Give the digits with made noise."""
    dataset = digits(test_fraction=0.2, split_seed=0)
    models = {f"symmetric {rate}": (symmetric, rate) for rate in SYMMETRIC_RATES}
    models |= {"asymmetric 0.4": (asymmetric, 0.4), "pairflip 0.3": (pairflip, 0.3)}
    for name, (model, rate) in models.items():
        drawn: NoisyLabels = model(dataset.labels, label_sampler("numpy", seed), num_classes=10, rate=rate)
        yield Case("digits", name, dataset, drawn.labels)


def cifar10n_cases(folder: Path, limit: int) -> Iterator[Case]:
    """Give the first images of CIFAR-10 with the labels of people."""
    train, test, human = (folder / name for name in ("train.parquet", "test.parquet", "CIFAR-10_human.pt"))
    dataset = parquet(train=train, test=test, limit=limit, human_labels=human)
    for name in CIFAR10N:
        yield Case("cifar10", name, dataset, dataset.noisy_labels[name])


def network_outputs(dataset: Dataset, labels: IntArray, epochs: int, seed: int) -> dict[str, Outputs]:
    """Train with cross entropy on three quarters of the noisy labels; return outputs by `PARTS`.

    "seen": of the samples trained on; "held out": of the others; "last": after the last epoch; "stopped": after the
    epoch that was most accurate on the held-out noisy labels.
    """
    torch.manual_seed(seed)
    inputs = fit_standardiser(dataset.inputs)(dataset.inputs, torch.float32)
    build = mlp if inputs[0].numel() < 100 else cnn_small
    options = {"hidden": (64, 64)} if build is mlp else {"width": 32}
    network = build(input_shape=dataset.input_shape, num_classes=dataset.num_classes, **options)
    seen, held_out = stratified_split(labels, HELD_OUT, seed)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9)
    given, best, stopped = torch.from_numpy(labels), -1.0, network
    plan = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    for _ in range(epochs):
        train_epoch(network, optimizer, inputs[seen], given[seen])
        plan.step()
        accuracy = float(np.mean(outputs_of(network, inputs, held_out).probabilities.argmax(1) == labels[held_out]))
        if accuracy > best:
            best, stopped = accuracy, copy.deepcopy(network)
    choices = [(net, where) for where in (seen, held_out) for net in (network, stopped)]
    return {part: outputs_of(net, inputs, where) for part, (net, where) in zip(PARTS, choices, strict=True)}


def train_epoch(network: nn.Module, optimizer: torch.optim.Optimizer, inputs: Tensor, labels: Tensor) -> None:
    """Take one step for each batch of 128."""
    network.train()
    for batch in torch.split(torch.randperm(len(labels)), 128):
        optimizer.zero_grad()
        F.cross_entropy(network(inputs[batch]), labels[batch]).backward()  # type: ignore[no-untyped-call]
        optimizer.step()


@torch.no_grad()
def outputs_of(network: nn.Sequential, inputs: Tensor, positions: IntArray) -> Outputs:
    """Run the network on the inputs at these positions."""
    network.eval()
    features = torch.cat([network[:-1](batch) for batch in torch.split(inputs[positions], 1000)])
    probabilities = network[-1](features).double().softmax(1)
    return Outputs(probabilities.numpy(), features.numpy(), positions)


def errors_of(name: str, case: Case, outputs: Outputs) -> tuple[float, float, float]:
    """Return the errors of T, of the noise rate and of the implied smooth rate."""
    clean, given = case.dataset.labels[outputs.positions], case.labels[outputs.positions]
    transition = realised_transition(clean, given, case.dataset.num_classes)
    shares = np.bincount(clean, minlength=len(transition)) / len(clean)
    found = estimate(name, probabilities=outputs.probabilities, features=outputs.features, labels=given, seed=0)
    rates = [implied_smooth_rate(t, p) for t, p in ((found.transition, found.clean_shares), (transition, shares))]
    distance = float(abs(found.transition - transition).sum(axis=1).mean() / 2)
    return distance, found.noise_rate - realised_rate(clean, given), rates[0] - rates[1]


def suspects_of(case: Case, outputs: Outputs) -> tuple[float, ...]:
    """Return average precision of the ranking, precision and recall of the suspects, share of right proposals."""
    clean, given = case.dataset.labels[outputs.positions], case.labels[outputs.positions]
    wrong = clean != given
    if not wrong.any():
        return (np.nan,) * 4
    ranking = average_precision_score(wrong, suspect_scores(outputs.probabilities, given))
    proposed = proposed_labels(outputs.probabilities, given)
    marks = suspected(outputs.probabilities, given)
    return ranking, *precision_recall(marks, wrong), float(np.mean((proposed == clean)[wrong]))


def main() -> None:
    """Print a table of the estimators' errors and one of the suspects."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3, help="runs on digits; CIFAR-10N has one")
    parser.add_argument("--cifar10", type=Path, metavar="FOLDER", help="measure CIFAR-10N too")
    parser.add_argument("--images", type=int, default=10_000, help="how many of CIFAR-10's")
    options = parser.parse_args()
    runs = [(seed, case) for seed in range(options.seeds) for case in digits_cases(seed)]
    if options.cifar10 is not None:
        runs += [(0, case) for case in cifar10n_cases(options.cifar10, options.images)]
    estimators: Rows = defaultdict(list)
    suspects: Rows = defaultdict(list)
    for seed, case in track(runs, console=Console(stderr=True)):
        for part, outputs in network_outputs(case.dataset, case.labels, EPOCHS[case.name], seed).items():
            row = (case.name, case.noise, part)
            estimators[row].append([errors_of(name, case, outputs) for name in ESTIMATORS])
            suspects[row].append([suspects_of(case, outputs)])
    show("Errors of T, noise rate, smooth rate", list(ESTIMATORS), estimators)
    show("Suspects: average precision, precision, recall, right proposals", ["suspects"], suspects)


def show(title: str, columns: list[str], rows: Rows) -> None:
    """Print the mean over seeds."""
    table = Table("data", "noise", "outputs", *columns, title=title)
    for name, values in rows.items():
        table.add_row(*name, *("  ".join(f"{value:.3f}" for value in cell) for cell in np.mean(values, axis=0)))
    Console(width=160).print(table)


if __name__ == "__main__":
    main()
