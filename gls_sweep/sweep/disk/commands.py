"""The commands that a sweep was asked for with."""

from collections.abc import Sequence
from datetime import datetime

from gls_sweep.commands_file import COMMANDS, Command, read_commands
from gls_sweep.credentials import redact
from gls_sweep.files import write_json
from gls_sweep.sweep.disk.store import PLANNING, Store


def note_command(store: Store, words: Sequence[str], time: datetime) -> None:
    """Add a command, as the words after `gls-sweep`, to the sweep's `commands.json`, unless it is there already.

    Passwords in URLs are left out, for the file and the report are passed on.
    """
    noted = [redact(word) for word in words]
    if _is_noted(store, noted):
        return
    with store.locked([PLANNING]):
        if not _is_noted(store, noted):
            command = Command(words=noted, time=time.isoformat(timespec="seconds"))
            write_json(store.folder / COMMANDS, [*read_commands(store.folder), command])


def _is_noted(store: Store, words: list[str]) -> bool:
    return any(command["words"] == words for command in read_commands(store.folder))
