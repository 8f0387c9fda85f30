"""The record of the commands that made a sweep."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from gls_sweep.commands_file import COMMANDS, read_commands
from gls_sweep.sweep.disk.commands import note_command
from gls_sweep.sweep.disk.store import Store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_command_is_noted_once(tmp_path: Path) -> None:
    """In the order in which they were first given."""
    store = Store(tmp_path)
    for words in (["-m", "seed=0"], ["-m", "seed=1"], ["-m", "seed=0"]):
        note_command(store, words, NOW)
    assert [command["words"] for command in read_commands(tmp_path)] == [["-m", "seed=0"], ["-m", "seed=1"]]


def test_passwords_are_not_noted(tmp_path: Path) -> None:
    """The report shows the commands to whoever gets it."""
    for _ in range(2):
        note_command(Store(tmp_path), ["-m", "logger.tracking_uri=https://ann:p@ss:1@host:5000/x"], NOW)
    (command,) = read_commands(tmp_path)
    assert command["words"] == ["-m", "logger.tracking_uri=https://***@host:5000/x"]


@pytest.mark.parametrize("content", ["", "{", "[1]", '[{"words": 1}]', "{}", "null"])
def test_a_damaged_list_is_begun_again(tmp_path: Path, content: str) -> None:
    """It is only told from, so nothing is lost that cannot be given again."""
    (tmp_path / COMMANDS).write_text(content)
    assert read_commands(tmp_path) == []
    note_command(Store(tmp_path), ["-m"], NOW)
    assert [command["words"] for command in read_commands(tmp_path)] == [["-m"]]
