"""A loss that does to its process what the environment asks for."""

import os
import signal
import time
from multiprocessing import parent_process

from torch import Tensor


def odd(logits: Tensor, labels: Tensor, *, smooth_rate: Tensor) -> Tensor:
    """Cross entropy; each step of a pack takes NAP seconds, adds a byte to COUNT, and kills the job KILLED_TASK."""
    time.sleep(float(os.environ.get("NAP", "0")))
    if count := os.environ.get("COUNT"):
        with open(count, "ab", buffering=0) as file:
            file.write(b".")
    if os.environ.get("SLURM_ARRAY_TASK_ID", "") == os.environ.get("KILLED_TASK", "none"):
        parent = parent_process()
        assert parent is not None
        os.kill(parent.pid, signal.SIGKILL)
    return -logits.log_softmax(-1).gather(-1, labels.unsqueeze(-1)).squeeze(-1)
