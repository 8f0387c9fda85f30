"""Worker processes of this machine, watched one by one, so that one that dies costs only what it was doing."""

from __future__ import annotations

import contextlib
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import connection
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from threading import Thread
from typing import Any

from gls_sweep.sweep.work.forking import end_with_parent, start_server

Call = Callable[[Any], Any]


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
        self._context = start_server()
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


def describe_death(exit_code: int | None) -> str:
    """Say how a process ended."""
    if exit_code is not None and exit_code < 0:
        name = signal.Signals(-exit_code).name
        hint = ", perhaps by the system for want of memory" if name == "SIGKILL" else ""
        return f"its process was killed by {name}{hint}"
    return f"its process ended with status {exit_code}"
