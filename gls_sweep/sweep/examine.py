"""Looks at a cell before anything trains: its data, labels, model, losses and memory."""

import math

import torch
from torch import nn

from gls_sweep.errors import UserError
from gls_sweep.sweep.cells import Cell, Stage
from gls_sweep.sweep.finding import Finding
from gls_sweep.sweep.loading import bind_loss, describe_noise, load_source, model_builder, split_hyperparameters
from gls_sweep.sweep.pack import pick_device
from gls_sweep.training.forward import apply_loss, make_execution
from gls_sweep.training.phase import EVALUATION_CHUNK


def examine_cell(cell: Cell) -> Finding:
    """Raise `UserError` for what cannot be trained, else say what the labels are and what memory it takes."""
    config = cell.config
    device = pick_device(config.device)
    free = torch.cuda.mem_get_info(device)[0] if device.type == "cuda" else None
    source = load_source(config)
    dataset = source.dataset
    for name, phase in config.schedule.phases.items():
        if phase.start == "val" and not source.held_out.size:
            raise UserError(f"schedule.phases.{name}.start=val: needs samples held out; raise dataset.val_fraction")
    noise = describe_noise(config)
    model = model_builder(config, dataset)()
    for stage in cell.stages:
        try_loss(stage, dataset.num_classes)
    weights = sum(tensor.numel() for tensor in model.state_dict().values())
    activations = count_activations(model, dataset.input_shape)
    item = torch.finfo(getattr(torch, config.precision)).bits // 8
    # Weights, gradients, two optimiser slots, kept weights; activations and their gradients, or an evaluation chunk.
    samples = max(2 * config.schedule.batch_size, EVALUATION_CHUNK)
    per_replica, once = item * weights * 5, item * activations * samples
    data = dataset.inputs.nbytes + dataset.test_inputs.nbytes
    if make_execution(model).name == "stacked":
        return Finding(None, noise, per_replica + once, data, free)
    return Finding(None, noise, per_replica, data + once, free)


def try_loss(stage: Stage, num_classes: int) -> None:
    """Run a loss as the engine will, on two replicas of three samples."""
    numbers = split_hyperparameters(stage.loss)[0]
    logits, labels = torch.zeros(2, 3, num_classes), torch.zeros(2, 3, dtype=torch.int64)
    columns = {name: torch.tensor([value, value]) for name, value in numbers.items()}
    try:
        losses = apply_loss(bind_loss(stage), logits, labels, columns)
    except UserError:
        raise
    except Exception as error:
        reason = f"{type(error).__name__}: {error}".partition("\n")[0]
        raise UserError(f"loss: fails on logits [B, K] and labels [B] under torch.func.vmap ({reason})") from error
    if losses.shape != (2, 3):
        raise UserError(f"loss: must give one value per sample, [B]; got {list(losses.shape[1:])} for B=3")


def count_activations(model: nn.Module, input_shape: tuple[int, ...]) -> int:
    """Count the numbers that the layers put out for one sample."""
    total = 0

    def count(_: nn.Module, __: object, output: torch.Tensor) -> None:
        nonlocal total
        total += math.prod(output.shape[1:])

    leaves = [layer for layer in model.modules() if not list(layer.children())]
    hooks = [layer.register_forward_hook(count) for layer in leaves]
    with torch.no_grad():
        model.eval()(torch.zeros(1, *input_shape))
    for hook in hooks:
        hook.remove()
    return total
