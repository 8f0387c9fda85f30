"""(d) All cells at once by `torch.func`: vmap over stacked parameters, written plainly.

The data lie in memory as standardised tensors and each cell draws its own order. With --share-warmups the warm-up is
trained once for each noise rate and seed and copied to its smooth rates; plainly, each cell trains its own.

python -m benchmarks.peers.vmapped arrays.npz --noise-rates 0 0.2 --smooth-rates -0.8 0 --seeds 0 1
"""

import argparse
import itertools
import json
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor
from torch.func import functional_call, grad, stack_module_state, vmap

from benchmarks.peers import arrays, loop

Weights = dict[str, Tensor]


def train(data: arrays.Arrays, cells: Sequence[loop.CellOptions], share_warmups: bool) -> list[dict[str, float]]:
    """Train cells of one length together; gives their last accuracies."""
    lead = list({(cell.noise_rate, cell.seed): cell for cell in cells}.values()) if share_warmups else list(cells)
    weights = initial(data, lead)
    weights = train_phase(data, lead, weights, lead[0].warmup_epochs, 0.1, [0.0] * len(lead))
    place = {(cell.noise_rate, cell.seed): position for position, cell in enumerate(lead)}
    if share_warmups:
        copies = torch.tensor([place[cell.noise_rate, cell.seed] for cell in cells])
        weights = {name: values[copies].clone() for name, values in weights.items()}
    rates = [cell.smooth_rate for cell in cells]
    weights = train_phase(data, cells, weights, cells[0].main_epochs, 0.001, rates)
    return [dict(zip(("val", "test"), row, strict=True)) for row in evaluate(data, cells, weights).T.tolist()]


def initial(data: arrays.Arrays, cells: Sequence[loop.CellOptions]) -> Weights:
    """Stack fresh networks."""
    networks = []
    for cell in cells:
        torch.manual_seed(cell.seed)
        networks.append(loop.make_model(cell, data))
    return {name: values.detach() for name, values in stack_module_state(networks)[0].items()}


def standardised(data: arrays.Arrays, inputs: arrays.Array) -> Tensor:
    """Give inputs as floats."""
    if inputs.ndim == 2:
        return torch.from_numpy(inputs)
    return torch.from_numpy(((inputs - data.mean) / data.std).astype("float32"))


def train_phase(
    data: arrays.Arrays,
    cells: Sequence[loop.CellOptions],
    weights: Weights,
    epochs: int,
    rate: float,
    smooth_rates: Sequence[float],
) -> Weights:
    """Train through one phase, with an evaluation an epoch."""
    network = loop.make_model(cells[0], data)
    x = standardised(data, data.train_inputs)
    y = torch.stack([torch.from_numpy(data.train_labels[cell.noise_rate, cell.seed]) for cell in cells])
    smooth = torch.tensor(smooth_rates)
    generators = [torch.Generator().manual_seed(cell.seed) for cell in cells]

    def loss(own: Weights, inputs: Tensor, labels: Tensor, smooth_rate: Tensor) -> Tensor:
        log_p = functional_call(network, own, (inputs,)).log_softmax(-1)
        right = log_p.gather(-1, labels.unsqueeze(-1)).squeeze(-1)
        mean: Tensor = -((1 - smooth_rate) * right + smooth_rate * log_p.mean(-1)).mean()
        return mean

    gradient = vmap(grad(loss))
    momentum = {name: torch.zeros_like(values) for name, values in weights.items()}
    for _ in range(epochs):
        order = torch.stack([torch.randperm(len(x), generator=generator) for generator in generators])
        for indices in torch.split(order, cells[0].batch_size, dim=1):
            gradients = gradient(weights, x[indices], y.gather(1, indices), smooth)
            for name, values in weights.items():
                momentum[name].mul_(0.9).add_(gradients[name])
                values.sub_(momentum[name], alpha=rate)
        evaluate(data, cells, weights)
    return weights


@torch.no_grad()
def evaluate(data: arrays.Arrays, cells: Sequence[loop.CellOptions], weights: Weights) -> Tensor:
    """Give the accuracies on the validation and the test set, [2, cells]."""
    network = loop.make_model(cells[0], data)
    predict = vmap(lambda own, inputs: functional_call(network, own, (inputs,)).argmax(-1), in_dims=(0, None))
    val = torch.stack([torch.from_numpy(data.val_labels[cell.noise_rate, cell.seed]) for cell in cells])
    right = predict(weights, standardised(data, data.val_inputs)) == val
    test = predict(weights, standardised(data, data.test_inputs)) == torch.from_numpy(data.test_labels)
    return torch.stack([right.float().mean(1), test.float().mean(1)])


def main() -> None:
    """Train the cells together and print their last accuracies, a line each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--noise-rates", type=float, nargs="+", default=[0.2])
    parser.add_argument("--smooth-rates", type=float, nargs="+", default=[0.0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--model", default="mlp")
    parser.add_argument("--hidden", type=int, nargs="*", default=[64, 64])
    parser.add_argument("--warmup-epochs", type=int, default=40)
    parser.add_argument("--main-epochs", type=int, default=10)
    parser.add_argument("--share-warmups", action="store_true")
    words = parser.parse_args()
    options = {"model": words.model, "hidden": tuple(words.hidden)}
    options |= {"warmup_epochs": words.warmup_epochs, "main_epochs": words.main_epochs}
    swept = itertools.product(words.smooth_rates, words.noise_rates, words.seeds)
    cells = [loop.CellOptions(*own, **options) for own in swept]
    for cell, last in zip(cells, train(arrays.load(words.file), cells, words.share_warmups), strict=True):
        print(json.dumps(cell.name | last))


if __name__ == "__main__":
    main()
