"""Looks at a cell before anything trains: its folder, data, labels, model, losses and memory."""

import math

import torch
from torch import Tensor, nn

from gls_sweep.config import CellConfig
from gls_sweep.config.loss.gls import AUTO
from gls_sweep.data import Dataset
from gls_sweep.errors import UserError
from gls_sweep.sweep.plan.cells import Cell, Stage, fields_of
from gls_sweep.sweep.plan.finding import Finding
from gls_sweep.sweep.work.estimates import loss_values, needs_estimate
from gls_sweep.sweep.work.loading import bind_loss, describe_noise, load_source, model_builder
from gls_sweep.sweep.work.pack import pick_device
from gls_sweep.training.execution import choose
from gls_sweep.training.extras import extras_of
from gls_sweep.training.forward import apply_loss
from gls_sweep.training.phase import EVALUATION_CHUNK
from gls_sweep.training.precision import weights_dtype


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
        check_stage(stage)
        try_loss(stage, dataset.num_classes)
    remembers = any("memory" in extras_of(bind_loss(stage)) for stage in cell.stages)
    memory = len(source.kept) * dataset.num_classes if remembers else 0
    weights = sum(tensor.numel() for tensor in model.state_dict().values())
    item = torch.finfo(weights_dtype(config.precision)).bits // 8
    # Weights, gradients, two optimiser slots, kept weights; activations and their gradients, or an evaluation chunk.
    samples = max(2 * config.schedule.batch_size, EVALUATION_CHUNK)
    per_replica, once = item * (weights * 5 + memory), item * activations * samples
    data = 0 if dataset.on_disk else dataset.inputs.nbytes + dataset.test_inputs.nbytes
    if choose(model, device, config.launcher.execution, config.launcher.compile) == "looped":
        return Finding(None, noise, per_replica, data + once, free)
    return Finding(None, noise, per_replica + once, data, free)


def try_loss(stage: Stage, num_classes: int) -> None:
    """Run a loss as the engine will, on two replicas of three samples."""
    dtype = weights_dtype(stage.cell.config.precision)
    logits = torch.linspace(-1, 1, 6 * num_classes, dtype=dtype).view(2, 3, num_classes).requires_grad_()
    labels = torch.arange(6).view(2, 3) % num_classes
    values = sample_values(stage, labels, num_classes, dtype)
    try:
        losses, memory = apply_loss(bind_loss(stage), logits, labels, values)
    except UserError:
        raise
    except Exception as error:
        reason = first_line(error)
        raise UserError(f"loss: fails on logits [B, K] and labels [B] under torch.func.vmap ({reason})") from error
    if losses.shape != (2, 3):
        raise UserError(f"loss: must give one value per sample, [B]; got {list(losses.shape[1:])} for B=3")
    if not losses.requires_grad:
        raise UserError(f"loss: must be differentiable; got {losses.dtype} without a gradient to the logits")
    if memory is not None and memory.shape != logits.shape:
        raise UserError(f"loss: must give a new memory [B, K]; got {list(memory.shape[1:])} for B=3, K={num_classes}")
    if not losses.isfinite().all():
        raise UserError(f"loss: must be finite on logits between -1 and 1; got {losses.flatten().tolist()}")


def sample_values(stage: Stage, labels: Tensor, num_classes: int, dtype: torch.dtype) -> dict[str, Tensor]:
    """Make what a loss takes by name for labels [R, B]: its numbers, and of the extras those that it asks for."""
    own = {name: torch.as_tensor(value, dtype=dtype) for name, value in loss_values(stage, None).items()}
    extras = {
        "peer_labels": labels.flip(1),
        "other_labels": (labels + 1) % num_classes,
        "label_shares": torch.full((2, num_classes), 1 / num_classes, dtype=dtype),
        "memory": torch.zeros(*labels.shape, num_classes, dtype=dtype),
    }
    asked = extras_of(bind_loss(stage))
    values = {name: value.expand(2, *value.shape) for name, value in own.items()}
    return values | {name: value for name, value in extras.items() if name in asked}


def check_stage(stage: Stage) -> None:
    """Refuse what a phase cannot have: an estimate without a phase before it, mixup of what has no two labels."""
    if needs_estimate(stage.loss) and stage.index == 0:
        key = "smooth_rate=auto" if fields_of(stage.loss).get("smooth_rate") == AUTO else "transition=estimated"
        raise UserError(
            f"loss.{key}: is estimated from the network of the phase before, and {stage.phase[0]} is the first; "
            "choose a schedule with a warm-up, schedule=warmup for example"
        )
    single = extras_of(bind_loss(stage)) & {"memory", "other_labels"}
    if stage.phase[1].mixup and single:
        name, loss = stage.phase[0], fields_of(stage.loss).get("name")
        raise UserError(f"schedule.phases.{name}.mixup={stage.phase[1].mixup}: must be 0 with loss={loss}")


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
