"""What `commands.json` in a sweep's folder holds, as those who write and those who read it agree on it."""

import json
from pathlib import Path
from typing import TypedDict

COMMANDS = "commands.json"


class Command(TypedDict):
    """One command: what came after `gls-sweep`, and when it was first given (ISO 8601, UTC)."""

    words: list[str]
    time: str


def read_commands(folder: Path) -> list[Command]:
    """Read the list, in order of time; empty where none was noted or the file is damaged."""
    try:
        noted = json.loads((folder / COMMANDS).read_text(encoding="utf-8"))
        return [Command(words=[str(word) for word in one["words"]], time=str(one["time"])) for one in noted]
    except (OSError, ValueError, TypeError, KeyError):
        return []
