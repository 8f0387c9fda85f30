"""What this machine has, found out without torch."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from gls_sweep.config import CellConfig
from gls_sweep.sweep.plan.packs import CPU_PACK

GPU_PACK = 1024  # only memory limits a pack there
GPU_TASK = 128  # of a job's pack: with larger ones, too few jobs would share a sweep
GPU_OPTIONS = ("gpus_per_node", "gpus_per_task", "gres")


@dataclass(frozen=True)
class Resources:
    """How a sweep uses the machine: worker processes, threads of each, largest pack, memory for each pack."""

    processes: int
    threads: int
    max_pack: int
    memory: int


def plan_resources(cell: CellConfig, cells: int, cores: int | None = None) -> Resources:
    """Settle what the launcher's settings leave automatic: one process a core on CPUs, one in all on a GPU."""
    cores, launcher = cores or usable_cores(), cell.launcher
    gpu = uses_gpu(cell.device)
    processes = launcher.processes or (1 if gpu else min(cores, cells))
    threads = launcher.threads or max(1, cores // processes)
    max_pack = launcher.max_pack or (GPU_PACK if gpu else CPU_PACK)
    return Resources(processes, threads, max_pack, free_memory() // (2 * processes))


def plan_tasks(cell: CellConfig) -> Resources:
    """Settle how large the packs of jobs are; a job cuts its own again where its machine's memory asks for it."""
    cluster = cell.cluster
    gpu = cell.device.startswith("cuda") or any(getattr(cluster, name, None) for name in GPU_OPTIONS)
    return Resources(1, 1, cell.launcher.max_pack or (GPU_TASK if gpu else CPU_PACK), sys.maxsize)


def usable_cores() -> int:
    """Count the cores that this process may use, in a SLURM job those that it was given."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, int(os.environ.get("SLURM_CPUS_ON_NODE") or cores))


def uses_gpu(device: str) -> bool:
    """Whether a device name leads to an NVIDIA GPU on this machine."""
    hidden = os.environ.get("CUDA_VISIBLE_DEVICES") == ""
    return device.startswith("cuda") or (device == "auto" and not hidden and Path("/dev/nvidia0").exists())


def free_memory() -> int:
    """Give the bytes of memory that are available now, within a container's limit; 8 GiB where no system says."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return 8 << 30
    available = next(line for line in lines if line.startswith("MemAvailable"))
    return min(int(available.split()[1]) * 1024, container_memory())


def container_memory(root: Path = Path("/sys/fs/cgroup"), own: Path = Path("/proc/self/cgroup")) -> int:
    """Give the bytes left under the limits of this process's control groups; without any, more than any machine has.

    Those of version 2 are seen. A container shows its group as the root; a SLURM job's is some levels below, and each
    level may have a limit.
    """
    try:
        inside = own.read_text().strip().rpartition("::")[2].lstrip("/")
    except OSError:
        inside = ""
    folder = root / inside
    return min(
        (left_in(group) for group in (folder, *folder.parents) if group.is_relative_to(root)), default=sys.maxsize
    )


def left_in(group: Path) -> int:
    """Give the bytes left in one control group."""
    try:
        limit, used, parts = ((group / f"memory.{name}").read_text().split() for name in ("max", "current", "stat"))
    except OSError:
        return sys.maxsize
    if limit == ["max"]:
        return sys.maxsize
    cached = int(parts[parts.index("inactive_file") + 1]) if "inactive_file" in parts else 0  # given up at need
    return max(0, int(limit[0]) - int(used[0]) + cached)
