"""Locks on stages of a sweep that die with their owner.

Each stage has one byte of the file `results/<sweep>/lock`, chosen by its signature, and whoever trains the stage holds
a POSIX record lock (`fcntl`) on that byte. The kernel releases it when its owner ends, however it ends, so no stale
lock ever blocks anybody, and 100,000 cells need one file and one descriptor. Of the lock primitives it is the one that
NFS carries natively: through the lock manager of NFS 3, in the protocol itself from NFS 4 on (`flock` is only emulated
there, by locking the whole file). The lock belongs to the process: it does not keep its threads apart.
"""

import errno
import fcntl
import functools
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

OFFSET_DIGITS = 15  # hexadecimal digits of a signature that fit into a file offset


@functools.lru_cache(maxsize=256)
def _descriptor(path: Path) -> int:
    # Never closed: closing any descriptor of a file gives up all of the process's locks on it.
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)


@contextmanager
def locked(path: Path, signatures: Iterable[str]) -> Iterator[None]:
    """Hold the locks of several stages, waiting for each, in one order so that no two processes wait for each other."""
    held = sorted(set(signatures))
    descriptor = _descriptor(path.absolute())
    taken = []
    try:
        for signature in held:
            fcntl.lockf(descriptor, fcntl.LOCK_EX, 1, _offset(signature))
            taken.append(signature)
        yield
    finally:
        _release(descriptor, taken)


@contextmanager
def claimed(path: Path, signatures: Iterable[str]) -> Iterator[list[str]]:
    """Hold the locks of those stages that nobody else holds, without waiting, and say which they are."""
    descriptor = _descriptor(path.absolute())
    taken = []
    try:
        for signature in sorted(set(signatures)):
            if _try(descriptor, signature):
                taken.append(signature)
        yield taken
    finally:
        _release(descriptor, taken)


@contextmanager
def shared(path: Path, signature: str) -> Iterator[None]:
    """Hold a lock together with others, as long as nobody holds it alone."""
    descriptor = _descriptor(path.absolute())
    fcntl.lockf(descriptor, fcntl.LOCK_SH, 1, _offset(signature))
    try:
        yield
    finally:
        _release(descriptor, [signature])


def is_held(path: Path, signature: str) -> bool:
    """Whether another process holds a lock, alone or with others; False where that cannot be known from here.

    Not for a process that holds it itself, which would lose it.
    """
    if not path.exists():
        return False
    try:
        descriptor = _descriptor(path.absolute())
    except OSError:
        return False
    if not _try(descriptor, signature):
        return True
    _release(descriptor, [signature])
    return False


def _try(descriptor: int, signature: str) -> bool:
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _offset(signature))
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EAGAIN):
            return False
        raise
    return True


def _release(descriptor: int, signatures: Iterable[str]) -> None:
    for signature in signatures:
        fcntl.lockf(descriptor, fcntl.LOCK_UN, 1, _offset(signature))


def _offset(signature: str) -> int:
    return int(signature[:OFFSET_DIGITS], 16)
