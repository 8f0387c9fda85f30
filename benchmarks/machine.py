"""What machine this is, for the head of a table of measurements."""

import os
import platform
import subprocess
from pathlib import Path

import torch

from gls_sweep.sweep.plan.machine import usable_cores


def describe_machine() -> str:
    """Name processor, cores, torch and commit."""
    processor = platform.processor() or platform.machine()
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if Path("/proc/cpuinfo").exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    parts = [models[0] if models else processor, f"{usable_cores()} cores", f"torch {torch.__version__}"]
    parts += [f"load {os.getloadavg()[0]:.1f}"]
    parts += [torch.cuda.get_device_name()] if torch.cuda.is_available() else []
    return ", ".join([*parts, f"commit {commit.stdout.strip() or 'unknown'}"])
