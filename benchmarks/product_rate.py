"""How fast one thread does the batched products of a training step of stacked linear layers, forwards and backwards.

python -m benchmarks.product_rate REPLICAS BATCH_SIZE IN,OUT... prints FLOP/s, of the faster of two layouts.
"""

import sys
import time
from collections.abc import Callable, Sequence

import torch

SECONDS = 1.0  # of each layout
Layers = Sequence[tuple[int, int]]


def main() -> None:
    """Print the rate."""
    torch.set_num_threads(1)
    replicas, batch_size = int(sys.argv[1]), int(sys.argv[2])
    layers = [(int(inputs), int(outputs)) for inputs, outputs in (word.split(",") for word in sys.argv[3:])]
    flops = replicas * batch_size * (sum(6 * a * b for a, b in layers) - 2 * layers[0][0] * layers[0][1])
    steps = (samples_first(replicas, batch_size, layers), samples_last(replicas, batch_size, layers))
    print(max(flops / seconds(step) for step in steps))


def samples_first(replicas: int, batch_size: int, layers: Layers) -> Callable[[], None]:
    """Give a step with activations [R, B, D]; the first layer needs no gradient of its inputs."""
    weights = [torch.randn(replicas, outputs, inputs) for inputs, outputs in layers]
    inputs = [torch.randn(replicas, batch_size, size) for size, _ in layers]
    gradients = [torch.randn(replicas, batch_size, size) for _, size in layers]

    def step() -> None:
        for number, (w, x, g) in enumerate(zip(weights, inputs, gradients, strict=True)):
            torch.bmm(x, w.transpose(1, 2))
            torch.bmm(g.transpose(1, 2), x)
            if number:
                torch.bmm(g, w)

    return step


def samples_last(replicas: int, batch_size: int, layers: Layers) -> Callable[[], None]:
    """Give a step with activations [R, D, B], as the engine has them."""
    weights = [torch.randn(replicas, outputs, inputs) for inputs, outputs in layers]
    inputs = [torch.randn(replicas, size, batch_size) for size, _ in layers]
    gradients = [torch.randn(replicas, size, batch_size) for _, size in layers]

    def step() -> None:
        for number, (w, x, g) in enumerate(zip(weights, inputs, gradients, strict=True)):
            torch.bmm(w, x)
            torch.bmm(g, x.transpose(1, 2))
            if number:
                torch.bmm(w.transpose(1, 2), g)

    return step


def seconds(step: Callable[[], None]) -> float:
    """Give the mean seconds of a step."""
    for _ in range(20):
        step()
    started, count = time.perf_counter(), 0
    while time.perf_counter() - started < SECONDS:
        step()
        count += 1
    return (time.perf_counter() - started) / count


if __name__ == "__main__":
    main()
