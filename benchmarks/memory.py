"""Peak memory of a command and all processes that it starts."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence

import psutil

INTERVAL = 0.1  # seconds between two looks


def peak_memory(words: Sequence[str]) -> int:
    """Run Python with these words; gives the largest sum of proportional set sizes seen, in bytes.

    Raises `RuntimeError` with what it said if it fails.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        process = psutil.Popen([sys.executable, *words], stdout=said, stderr=subprocess.STDOUT)
        seen = 0
        while process.poll() is None:
            seen = max(seen, sum(sizes(process)))
            time.sleep(INTERVAL)
        if process.returncode:
            said.seek(0)
            raise RuntimeError(f"{' '.join(words)}\n{said.read()}")
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
