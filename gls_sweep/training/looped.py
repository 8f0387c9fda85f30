"""One replica after the other, so that the activations of one are in memory at a time."""

import torch
from torch import Tensor, nn

from gls_sweep.training.compiled import Network
from gls_sweep.training.extras import Loss, Values
from gls_sweep.training.forward import Batch, Losses
from gls_sweep.training.layout import channels_last
from gls_sweep.training.population import Population
from gls_sweep.training.precision import autocast, widened
from gls_sweep.training.randomness import seed_layers


class Looped:
    """Runs each replica as a module of its own.

    Parameters
    ----------
    network : callable
        Runs a replica on inputs when it trains: `call`, or that compiled.
    """

    name = "looped"

    def __init__(self, precision: str, network: Network) -> None:
        self._precision, self._network = precision, network

    @torch.no_grad()
    def logits(self, population: Population, batch: Batch) -> Tensor:
        """See `Execution`."""
        inputs = [channels_last(own) for own in batch.inputs]
        with autocast(self._precision, batch.inputs.device):
            places = zip(population.replicas, batch.slots.numbers, strict=True)
            return widened(torch.stack([replica.eval()(inputs[slot]) for replica, slot in places]))

    def backward(self, population: Population, batch: Batch, labels: Tensor, loss: Loss, values: Values) -> Losses:
        """See `Execution`."""
        assert batch.dropout_seeds is not None
        device = batch.inputs.device
        inputs = [channels_last(own) for own in batch.inputs]
        losses, memories = [], []
        with torch.random.fork_rng([device] if device.type == "cuda" else []):
            for number, slot in enumerate(batch.slots.numbers):
                seed_layers(batch.dropout_seeds[slot], device)
                logits = self._run(population.replicas[number], inputs[slot])
                found = loss(logits, labels[number], **{name: value[number] for name, value in values.items()})
                each, *memory = found if isinstance(found, tuple) else (found,)
                mean = each.mean()
                mean.backward()  # type: ignore[no-untyped-call]
                losses.append(mean.detach())
                memories += [new.detach() for new in memory]
        return torch.stack(losses), torch.stack(memories) if memories else None

    def _run(self, replica: nn.Module, inputs: Tensor) -> Tensor:
        with autocast(self._precision, inputs.device):
            logits = self._network(replica.train(), inputs)
        return widened(logits)
