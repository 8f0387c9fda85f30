"""Trains the cells of one pack: shared stages once, then each cell's own last phase."""

from __future__ import annotations

import functools
import logging
import platform
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import nn

from gls_sweep.errors import UserError
from gls_sweep.sweep.disk.checkpoints import checkpoint_path, find_states, save_checkpoint
from gls_sweep.sweep.disk.heartbeat import job_id
from gls_sweep.sweep.disk.outcome import Outcome
from gls_sweep.sweep.disk.sealed import Damaged
from gls_sweep.sweep.disk.store import Store
from gls_sweep.sweep.plan.cells import Cell, Stage
from gls_sweep.sweep.work.estimates import Estimated, estimate_for, loss_values
from gls_sweep.sweep.work.loading import bind_loss, load_source, model_builder, replica_data, share_data
from gls_sweep.training.execution import make_execution
from gls_sweep.training.forward import Execution
from gls_sweep.training.phase import Phase, PhaseRun
from gls_sweep.training.population import Population, StateDict, fresh_model
from gls_sweep.training.precision import without_tf32

log = logging.getLogger(__name__)
Report = Callable[[Stage, int], None]


class PackTrainer:
    """Trains stages of cells that fit into one pack.

    Parameters
    ----------
    store : Store
        Where shared stages and checkpoints lie.
    cell : Cell
        Any cell of the pack: its dataset, model, schedule and launcher settings are those of all.
    report : callable
        Called after every epoch with a stage of the population and the epochs done in its phase.
    """

    def __init__(self, store: Store, cell: Cell, report: Report) -> None:
        self._store, self._settings, self._report = store, cell.config.launcher, report
        self._source = load_source(cell.config)
        self._build = model_builder(cell.config, self._source.dataset)
        self._data = share_data(self._source, cell.config.precision, pick_device(cell.config.device))

    def train(self, stages: Sequence[Stage]) -> Iterator[tuple[Stage, Outcome, dict[str, Any]]]:
        """Train stages of one phase from where their last phase or a checkpoint left them.

        Yields
        ------
        tuple of Stage, Outcome and dict
            The dict says how it was executed.
        """
        starts = self._starts(stages)
        for stage in stages:
            if starts[stage.signature].diverged:
                yield stage, starts[stage.signature], {"pack_size": 0, "seconds": 0.0}
        todo = {stage.signature: stage for stage in stages if not starts[stage.signature].diverged}
        for names, state in find_states(self._store.running, list(todo)):
            yield from self._train_group([todo[name] for name in names], starts, state)

    def _starts(self, stages: Sequence[Stage]) -> dict[str, Outcome]:
        """Give each stage's start by its signature: fresh weights, or what the phase before led to."""
        if stages[0].index > 0:
            reached = self.reach([stage.previous for stage in stages])
            return {stage.signature: reached[stage.previous.signature] for stage in stages}
        weights = {seed: self._fresh(seed) for seed in {stage.cell.config.seed for stage in stages}}
        return {stage.signature: Outcome(weights[stage.cell.config.seed], [], None) for stage in stages}

    def _fresh(self, seed: int) -> StateDict:
        return fresh_model(self._build, seed, self._data.dtype).state_dict()

    def reach(self, stages: Sequence[Stage]) -> dict[str, Outcome]:
        """Give the outcomes of shared stages by signature; each is trained once, whoever comes first."""
        shared = {stage.signature: stage for stage in stages}
        with self._store.locked(shared):
            reached = {name: outcome for name in shared if (outcome := self._load(name))}
            if missing := [stage for name, stage in shared.items() if name not in reached]:
                for stage, outcome, _ in self.train(missing):
                    outcome.save(self._store.warmup(stage.signature))
                    reached[stage.signature] = outcome
        return reached

    def _load(self, name: str) -> Outcome | None:
        """Load a shared stage's outcome; None where there is none, or it is damaged."""
        try:
            return Outcome.load(self._store.warmup(name))
        except FileNotFoundError:
            return None
        except Damaged as damage:
            log.warning("%s; it is trained again", damage)
            return None

    def _train_group(
        self, stages: list[Stage], starts: dict[str, Outcome], state: dict[str, Any] | None
    ) -> Iterator[tuple[Stage, Outcome, dict[str, Any]]]:
        model = fresh_model(self._build, 0, self._data.dtype).to(self._data.device)
        with self._arithmetic():
            found = estimate_for(stages, starts, model, self._source, self._data)
        estimates = {name: estimate for name, estimate in found.items() if isinstance(estimate, Estimated)}
        problems = [problem for problem in found.values() if isinstance(problem, UserError)]
        stages = [stage for stage in stages if not isinstance(found.get(stage.signature), UserError)]
        if stages:
            yield from self._train_stages(model, stages, starts, estimates, state)
        if problems:
            raise problems[0]  # now that those without a problem are done

    def _train_stages(
        self,
        model: nn.Module,
        stages: list[Stage],
        starts: dict[str, Outcome],
        estimates: Mapping[str, Estimated],
        state: dict[str, Any] | None,
    ) -> Iterator[tuple[Stage, Outcome, dict[str, Any]]]:
        started = time.perf_counter()
        run = self._make_run(model, stages, [starts[stage.signature].weights for stage in stages], estimates)
        if state is not None:
            run.restore(state)
            log.info("%d cells go on after epoch %d of %s", len(stages), run.epoch, stages[0].phase[0])
        self._run_with_checkpoints(run, stages)
        execution = {
            "pack_size": len(stages),
            "backend": run.backend,
            "device": str(self._data.device),
            "processor": describe_processor(),
            "threads": torch.get_num_threads(),
            "exact": self._settings.exact,
            "compiled": self._settings.compile and run.backend == "looped",
            **describe_gpu(self._data.device),
            **({"job": job} if (job := job_id()) else {}),
            "seconds": (time.perf_counter() - started) / len(stages),
        }
        for replica, stage in enumerate(stages):
            history = starts[stage.signature].history + run.history[replica]
            epoch = run.diverged[replica]
            diverged = None if epoch is None else {"phase": stage.phase[0], "epoch": epoch}
            estimated = estimates.get(stage.signature)
            extra = {"estimate": estimated.described(stage.loss)} if estimated else {}
            yield stage, Outcome(run.handed_on(replica), history, diverged), execution | extra
        checkpoint_path(self._store.running, [stage.signature for stage in stages]).unlink(missing_ok=True)

    def _make_run(
        self, model: nn.Module, stages: list[Stage], weights: list[StateDict], estimates: Mapping[str, Estimated]
    ) -> PhaseRun:
        name, config = stages[0].phase
        phase = Phase(name, config, stages[0].cell.config.schedule.batch_size, bind_loss(stages[0]), stages[0].keep)
        population = Population(model, weights, self._data.device)
        values = [loss_values(stage, estimates.get(stage.signature)) for stage in stages]
        replicas = replica_data(stages, self._source, self._data, values)
        return PhaseRun(self._make_execution(model), population, phase, self._data, replicas)

    def _make_execution(self, model: nn.Module) -> Execution:
        way, compile = self._settings.execution, self._settings.compile
        return make_execution(model, self._data.device, self._data.precision, way, compile)

    @contextmanager
    def _arithmetic(self) -> Iterator[None]:
        # Threads share out the sums of a product or a convolution, so their number can decide its bits.
        single = self._settings.exact and self._data.device.type == "cpu"
        with thread_limit(1 if single else torch.get_num_threads()), without_tf32():
            yield

    def _run_with_checkpoints(self, run: PhaseRun, stages: list[Stage]) -> None:
        members = [stage.signature for stage in stages]
        last = time.monotonic()
        with self._arithmetic():
            for epoch in run.run():
                self._report(stages[0], epoch)
                if time.monotonic() - last >= self._settings.checkpoint_seconds:
                    save_checkpoint(self._store.running, members, run.state())
                    last = time.monotonic()


@functools.cache
def describe_processor() -> str:
    """Name the CPU and its vector instructions, by which torch chooses its kernels: both decide the last bits."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:  # not on Linux
        lines = []
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return f"{next(models, platform.machine())}, {torch.backends.cpu.get_cpu_capability()}"


def describe_gpu(device: torch.device) -> dict[str, Any]:
    """Give what a record says of a GPU."""
    return {"gpu": torch.cuda.get_device_name(device)} if device.type == "cuda" else {}


@contextmanager
def thread_limit(threads: int) -> Iterator[None]:
    """Let torch compute with this many threads for a while."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def pick_device(name: str) -> torch.device:
    """Give the device of a name; `auto` is the GPU where there is one. Raises `UserError` for one that is not there."""
    count = torch.cuda.device_count()
    if name == "auto":
        return torch.device("cuda" if count else "cpu")
    device = torch.device(name)
    if device.type == "cuda" and (device.index or 0) >= count:
        raise UserError(f"device={name}: must be a GPU of this machine, which has {count}; use device=auto or cpu")
    return device
