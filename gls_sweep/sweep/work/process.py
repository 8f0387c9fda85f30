"""Settings of a process that trains."""

import ctypes
import os
import sys

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # of glibc's mallopt


def prepare_process(threads: int) -> None:
    """Set up this process for training: threads, reproducible products, memory that is kept.

    MKL picks kernels by the alignment of its operands unless it is told to be reproducible, which would let a
    replica's bits depend on its place in the pack; at these sizes it costs nothing. Returning each step's buffers to
    the system and faulting them in again costs up to a third of a packed step.
    """
    set_environment(threads)
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        if hasattr(libc, "mallopt"):
            libc.mallopt(M_MMAP_THRESHOLD, 1 << 30)
            libc.mallopt(M_TRIM_THRESHOLD, (1 << 31) - 1)
    import torch

    torch.set_num_threads(threads)


def set_environment(threads: int) -> None:
    """Set what libraries read in the environment, unless it is set: MKL at its first product, others when loaded."""
    os.environ.setdefault("MKL_CBWR", "AUTO")
    os.environ.setdefault("OMP_NUM_THREADS", str(threads))
