"""Shell completion of `gls-sweep`: what Hydra offers, and beside it our own words, flags and the folders of `rerun`."""

import glob
import io
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import redirect_stderr, redirect_stdout
from itertools import pairwise
from pathlib import Path

RERUN = "rerun"
OWN_FLAGS = ("--dry-run", "--tree")
FLAGS = (*OWN_FLAGS, "--cfg", "--config-dir", "--help", "--hydra-help", "--multirun", "--package", "--resolve")
RERUN_FLAGS = ("--device", "--help", "--keep")
INTERNAL = ("schema", "over=", "hydra")  # offered to those only who begin to type them


def is_query(words: Iterable[str]) -> bool:
    """Whether a command line is a shell's question for completions."""
    return any(word.startswith("query=") for word in words)


def answer(run: Callable[[], None]) -> None:
    """Print what may follow the line in `COMP_LINE`; `run` is the command, which asks Hydra."""
    fish = "query=fish" in sys.argv
    print(*sorted(set(offers(os.environ.get("COMP_LINE", ""), run))), sep="\n" if fish else " ")


def offers(line: str, run: Callable[[], None]) -> Iterable[str]:
    """Give the words that may stand where the line ends."""
    *before, current = line.split() if line[-1:].strip() else [*line.split(), ""]
    if before[1:2] == [RERUN]:
        words = RERUN_FLAGS if current.startswith("-") else folders(current)
        return [word for word in words if word.startswith(current)]
    if current.startswith("-"):
        return [flag for flag in FLAGS if flag.startswith(current)]
    ours = [RERUN] if len(before) == 1 and RERUN.startswith(current) else []
    theirs = ask_hydra(before, current, run)
    return [*ours, *(word for word in theirs if not word.startswith(INTERNAL) or current.startswith(INTERNAL))]


def folders(start: str) -> list[str]:
    """Give the folders whose paths begin so, each with a slash unless it is a cell's."""
    found = glob.glob(f"{glob.escape(start)}*/")
    return [path.rstrip("/") if Path(path, "record.json").is_file() else path for path in found]


def ask_hydra(before: list[str], current: str, run: Callable[[], None]) -> list[str]:
    """Let Hydra complete a line without what it does not know; nothing where what is typed makes no sense yet."""
    known = [word for word in before if word not in OWN_FLAGS]
    for flag, value in pairwise(known):
        if flag in ("--config-dir", "-cd"):
            sys.argv += ["--config-dir", value]
    os.environ["COMP_LINE"] = " ".join([*known, current])
    said = io.StringIO()
    try:
        with redirect_stdout(said), redirect_stderr(io.StringIO()):
            run()
    except (Exception, SystemExit):
        return []
    return said.getvalue().split()
