"""What this machine has, found out without torch."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from gls_sweep.config import CellConfig
from gls_sweep.sweep.packs import CPU_PACK

GPU_PACK = 1024  # only memory limits a pack there


@dataclass(frozen=True)
class Resources:
    """How a sweep uses the machine: worker processes, threads of each, largest pack, memory for each pack."""

    processes: int
    threads: int
    max_pack: int
    memory: int


def plan_resources(cell: CellConfig, cells: int) -> Resources:
    """Settle what the launcher's settings leave automatic: one process a core on CPUs, one in all on a GPU."""
    cores, launcher = usable_cores(), cell.launcher
    gpu = uses_gpu(cell.device)
    processes = launcher.processes or (1 if gpu else min(cores, cells))
    threads = launcher.threads or max(1, cores // processes)
    max_pack = launcher.max_pack or (GPU_PACK if gpu else CPU_PACK)
    return Resources(processes, threads, max_pack, free_memory() // (2 * processes))


def usable_cores() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def uses_gpu(device: str) -> bool:
    """Whether a device name leads to an NVIDIA GPU on this machine."""
    return device.startswith("cuda") or (device == "auto" and Path("/dev/nvidia0").exists())


def free_memory() -> int:
    """Give the bytes of memory that are available now, within a container's limit; 8 GiB where no system says."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return 8 << 30
    available = next(line for line in lines if line.startswith("MemAvailable"))
    return min(int(available.split()[1]) * 1024, container_memory())


def container_memory() -> int:
    """Give the bytes left under the limit of this process's control group; without one, more than any machine has."""
    folder = Path("/sys/fs/cgroup")
    try:
        limit, used = ((folder / name).read_text().strip() for name in ("memory.max", "memory.current"))
    except OSError:
        return sys.maxsize
    return sys.maxsize if limit == "max" else max(0, int(limit) - int(used))
