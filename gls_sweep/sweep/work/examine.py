"""Looks at a cell before anything trains: its folder, data, labels, model, losses and memory."""

import math

import torch
from torch import nn

from gls_sweep.config import CellConfig
from gls_sweep.data import Dataset
from gls_sweep.errors import UserError
from gls_sweep.sweep.plan.cells import Cell, Stage
from gls_sweep.sweep.plan.finding import Finding
from gls_sweep.sweep.work.loading import bind_loss, describe_noise, load_source, model_builder, split_hyperparameters
from gls_sweep.sweep.work.pack import pick_device
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
    model, activations = build_model(config, dataset)
    for stage in cell.stages:
        try_loss(stage, dataset.num_classes)
    weights = sum(tensor.numel() for tensor in model.state_dict().values())
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
    dtype = getattr(torch, stage.cell.config.precision)
    numbers = split_hyperparameters(stage.loss)[0]
    logits = torch.linspace(-1, 1, 6 * num_classes, dtype=dtype).view(2, 3, num_classes).requires_grad_()
    columns = {name: torch.tensor([value, value], dtype=dtype) for name, value in numbers.items()}
    try:
        losses = apply_loss(bind_loss(stage), logits, torch.arange(6).view(2, 3) % num_classes, columns)
    except UserError:
        raise
    except Exception as error:
        reason = first_line(error)
        raise UserError(f"loss: fails on logits [B, K] and labels [B] under torch.func.vmap ({reason})") from error
    if losses.shape != (2, 3):
        raise UserError(f"loss: must give one value per sample, [B]; got {list(losses.shape[1:])} for B=3")
    if not losses.requires_grad:
        raise UserError(f"loss: must be differentiable; got {losses.dtype} without a gradient to the logits")
    if not losses.isfinite().all():
        raise UserError(f"loss: must be finite on logits between -1 and 1; got {losses.flatten().tolist()}")


def build_model(config: CellConfig, dataset: Dataset) -> tuple[nn.Module, int]:
    """Build a cell's model and run it on one sample of zeros; gives it and the numbers that its layers put out."""
    model: object = model_builder(config, dataset)()
    if not isinstance(model, nn.Module):
        raise UserError(f"model: must return a torch.nn.Module, got {type(model).__name__}")
    try:
        output, activations = run_once(model, dataset.input_shape)
    except Exception as error:
        raise UserError(
            f"model: fails on an input of shape {[1, *dataset.input_shape]} ({first_line(error)})"
        ) from error
    found = list(output.shape) if isinstance(output, torch.Tensor) else type(output).__name__
    if found != [1, dataset.num_classes]:
        raise UserError(f"model: must give logits [B, {dataset.num_classes}], one a class; got {found} for B=1")
    return model, activations


def run_once(model: nn.Module, input_shape: tuple[int, ...]) -> tuple[object, int]:
    """Run one sample of zeros; gives the output and how many numbers the layers put out."""
    total = 0

    def count(_: nn.Module, __: object, output: object) -> None:
        nonlocal total
        total += math.prod(output.shape[1:]) if isinstance(output, torch.Tensor) else 0

    leaves = [layer for layer in model.modules() if not list(layer.children())]
    hooks = [layer.register_forward_hook(count) for layer in leaves]
    with torch.no_grad():
        output = model.eval()(torch.zeros(1, *input_shape))
    for hook in hooks:
        hook.remove()
    return output, total


def first_line(error: Exception) -> str:
    """Give the kind of an error and the first line of what it says."""
    return f"{type(error).__name__}: {error}".partition("\n")[0]
