"""Takes away what processes that were killed have left behind."""

import os
import re
import shutil
import time
from pathlib import Path

from gls_sweep.files import owner
from gls_sweep.sweep.disk.sealed import STATES, Damaged, read_about
from gls_sweep.sweep.disk.status import is_done
from gls_sweep.sweep.disk.store import Store

LEFT_OVER = re.compile(r"(^|\.)(?P<host>[^.]+)\.(?P<pid>\d+)\.(tmp|beat)$")
FORGOTTEN = 24 * 3600  # seconds after which a file of another machine's process is left over


def remove_leftovers(store: Store) -> None:
    """Remove temporary files and heartbeats of processes that are dead."""
    for folder in (store.folder, store.running, store.folder / "warmups"):
        for path in [*folder.glob("*.tmp"), *folder.glob(".*.tmp"), *folder.glob("*.beat")]:
            if is_left_over(path):
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def is_left_over(path: Path) -> bool:
    """Whether the process that a file's name ends with, `host.pid.tmp`, is dead."""
    named = LEFT_OVER.search(path.name)
    if named is None:
        return False
    if named["host"] == owner().partition(".")[0]:
        return not is_alive(int(named["pid"]))
    try:
        return time.time() - path.stat().st_mtime > FORGOTTEN
    except FileNotFoundError:
        return False


def is_alive(pid: int) -> bool:
    """Whether a process of this machine lives; one that only waits to be reaped does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True  # no /proc here
    return state != "Z"


def remove_old_states(store: Store) -> None:
    """Remove checkpoints of populations whose every stage is done."""
    for path in store.running.glob(STATES):
        try:
            members = read_about(path)
        except (Damaged, FileNotFoundError):
            continue
        if all(store.warmup(name).exists() or is_done(store, name) for name in members):
            path.unlink(missing_ok=True)
