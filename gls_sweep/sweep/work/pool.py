"""Worker processes of this machine, watched one by one, so that one that dies costs only what it was doing."""

from __future__ import annotations

import contextlib
import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import connection, forkserver, get_all_start_methods, get_context, parent_process
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess
from threading import Thread
from typing import Any

Call = Callable[[Any], Any]
CLUSTER_SIGNALS = (signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2)
SHARED = ("torch", "gls_sweep.sweep.work.examine", "gls_sweep.sweep.work.pack")
"""Modules that all workers need: imported once, by the process that they are forked from, which runs nothing else."""


@dataclass
class Worker:
    """A process, the pipe to it, and the task it is at."""

    process: BaseProcess
    pipe: Connection
    task: Any = None


@dataclass(frozen=True)
class Done:
    """A task that came to its end; `death` says how its worker died, None where it did not."""

    task: Any
    result: Any
    death: str | None


class Pool:
    """A number of workers that each do one task after the other; a dead one is replaced.

    Parameters
    ----------
    size : int
        Workers at the most; they start when there is work for them.
    start : callable
        Called first in every worker, with `argument`.
    """

    def __init__(self, size: int, start: Callable[[Any], None], argument: Any) -> None:
        self._size, self._start, self._argument = size, start, argument
        self._context = context_of_workers()
        self._idle: list[Worker] = []
        self._busy: list[Worker] = []

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._busy:
            worker.process.kill()
        for worker in self._idle:
            worker.pipe.close()
        for worker in [*self._busy, *self._idle]:
            worker.process.join()

    def run(self, call: Call, tasks: Sequence[Any], interval: float) -> Iterator[Done | None]:
        """Do all tasks, giving each when it is done, and None whenever `interval` seconds pass without."""
        left = deque(tasks)
        while left or self._busy:
            while left and len(self._busy) < self._size:
                self._hand_out(call, left.popleft())
            ready = connection.wait([worker.pipe for worker in self._busy], timeout=interval)
            if not ready:
                yield None
            for worker in [worker for worker in self._busy if worker.pipe in ready]:
                yield self._take_back(worker)

    def _hand_out(self, call: Call, task: Any) -> None:
        worker = self._idle.pop() if self._idle else self._new_worker()
        worker.task = task
        self._busy.append(worker)
        with contextlib.suppress(OSError):  # it died meanwhile: taking it back tells how
            worker.pipe.send((call, task))

    def _new_worker(self) -> Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=serve, args=(theirs, self._start, self._argument), daemon=True)
        process.start()
        theirs.close()
        return Worker(process, ours)

    def _take_back(self, worker: Worker) -> Done:
        self._busy.remove(worker)
        try:
            result = worker.pipe.recv()
        except (EOFError, OSError):  # the second where it died in the middle of a message
            worker.process.join()
            return Done(worker.task, None, describe_death(worker.process.exitcode))
        self._idle.append(worker)
        return Done(worker.task, result, None)


def context_of_workers() -> SpawnContext | ForkServerContext:
    """Give the way to start workers; where there is forking, it begins to import what they share.

    Signals that a cluster sends to all processes of a job are blocked in what is started here, and in all workers.
    """
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload(list(SHARED))
    before = signal.pthread_sigmask(signal.SIG_BLOCK, CLUSTER_SIGNALS)
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return context


def serve(pipe: Connection, start: Callable[[Any], None], argument: Any) -> None:
    """Do in a worker what comes through the pipe, until it is closed."""
    Thread(target=end_with_parent, daemon=True).start()
    start(argument)
    while True:
        try:
            call, task = pipe.recv()
        except EOFError:
            return
        pipe.send(call(task))


def end_with_parent() -> None:
    """Wait until the process that has the pool ends, even by SIGKILL, and end this one, whatever it is at."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def describe_death(exit_code: int | None) -> str:
    """Say how a process ended."""
    if exit_code is not None and exit_code < 0:
        name = signal.Signals(-exit_code).name
        hint = ", perhaps by the system for want of memory" if name == "SIGKILL" else ""
        return f"its process was killed by {name}{hint}"
    return f"its process ended with status {exit_code}"
