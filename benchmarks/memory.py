"""Peak memory of a command and all processes that it starts."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence

import psutil

INTERVAL = 0.1  # seconds between two looks


def peak_memory(words: Sequence[str]) -> int:
    """Run Python with these words; gives the largest sum of proportional set sizes seen, in bytes."""
    process = psutil.Popen([sys.executable, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seen = 0
    while process.poll() is None:
        seen = max(seen, sum(sizes(process)))
        time.sleep(INTERVAL)
    return seen


def sizes(process: psutil.Popen) -> Iterator[int]:
    """Give the sizes of a process and of all below it, those left out that end meanwhile."""
    try:
        family = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    for one in family:
        try:
            yield one.memory_full_info().pss
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
