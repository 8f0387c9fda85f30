"""How workers start and end: forked from one process that has imported what they all need."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import forkserver, get_context, parent_process, resource_tracker
from multiprocessing.context import ForkServerContext

from gls_sweep.sweep.work.process import set_environment

CLUSTER_SIGNALS = (signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2)
SHARED = ("torch", "gls_sweep.sweep.work.examine", "gls_sweep.sweep.work.pack")
"""Modules that all workers need: imported once, by the process that they are forked from, which runs nothing else."""


def start_server() -> ForkServerContext:
    """Start the process that workers are forked from, unless there is one, and give the way to fork them.

    It begins to import at once. Signals that a cluster sends to all processes of a job are blocked in it and in all
    workers. Its environment is that of its start: what this process changes later does not reach its workers.
    """
    context = get_context("forkserver")
    context.set_forkserver_preload(list(SHARED))
    resource_tracker.ensure_running()  # starting it unblocks SIGTERM
    before = signal.pthread_sigmask(signal.SIG_BLOCK, CLUSTER_SIGNALS)
    try:
        with same_environment():
            set_environment(threads=1)  # of libraries that are not told by torch
            forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return context


@contextmanager
def same_environment() -> Iterator[None]:
    """Take back all changes of the environment at the end of the context."""
    before = dict(os.environ)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def end_with_parent() -> None:
    """Wait until the process that has the pool ends, even by SIGKILL, and end this one, whatever it is at."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
