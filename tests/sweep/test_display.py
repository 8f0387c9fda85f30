"""What is shown while a sweep trains: drawn on a terminal of any width, plain lines elsewhere."""

import io
import logging
import os
import re
import sys

import pytest
from rich.console import Console

from gls_sweep.sweep import display
from gls_sweep.sweep.disk import heartbeat
from gls_sweep.sweep.disk.heartbeat import Heartbeat
from gls_sweep.sweep.disk.record import write_failure
from gls_sweep.sweep.disk.store import Store
from gls_sweep.sweep.display import Display, draw, looking, tell
from gls_sweep.sweep.seen import Seen
from gls_sweep.sweep.work import progress
from gls_sweep.sweep.work.progress import Progress

CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def pack(number: int, **entries: object) -> dict[str, object]:
    """Make the heartbeat of a pack with two cells."""
    where = {"host": "a-machine-with-a-very-long-name.example.org", "pid": 4000 + number, "job": None, "age": 0.2}
    progress = {"phase": "warmup", "epoch": 7, "epochs_done": 7, "epochs": 50, "epochs_per_second": 2.0}
    return {"cells": [f"{number}a", f"{number}b"], **where, **progress, **entries}


def seen(packs: int, **entries: object) -> Seen:
    cells = {"finished": 20, "diverged": 2, "failed": 0, "running": 2 * packs, "waiting": 6}
    return Seen(cells, 1100, 4400, [pack(number, **entries) for number in range(packs)], 8.0)


@pytest.mark.parametrize("width", [40, 60, 100, 200])
def test_a_drawing_fits_the_terminal(width):
    console = Console(width=width, file=io.StringIO(), record=True)
    console.print(draw("results/a-sweep", seen(12, job="123456_7", age=90.0), 61.0))
    lines = console.export_text().splitlines()
    assert all(len(line.rstrip()) <= width for line in lines)
    assert len(lines) == 3 + 1 + 8 + 1 and "4 packs more" in lines[-1]
    assert "1100/4400 epochs" in lines[1]
    if width >= 100:
        assert "52 cells, 20 finished, 2 diverged, 24 running, 6 waiting" in lines[0]
        assert lines[2].strip() == "0:01:01 elapsed, 8 epochs/s, about 0:06:52 left"
        assert all(word in lines[4] for word in ("123456_7", "warmup", "7/50 (silent for 90 s)"))


def test_without_a_terminal_lines_come_seldom_and_plain(monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    stream, said, now = io.StringIO(), [], [0.0]
    monkeypatch.setattr(display.time, "monotonic", lambda: now[0])
    with Display(stream, said.append) as shown:
        for second in range(35):
            now[0] = float(second)
            shown.show(draw("results/x", seen(1)), tell("results/x", seen(1)))
    assert len(said) == 3 and stream.getvalue() == ""
    assert said[0] == (
        "results/x: 30 cells, 20 finished, 2 diverged, 2 running, 6 waiting, 1100/4400 epochs, 8 epochs/s, "
        "about 0:06:52 left, 1 packs under way"
    )
    assert not CONTROL.search("".join(said))


def test_messages_on_a_terminal_stand_above_the_drawing_and_the_cursor_comes_back(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    handler, log = logging.StreamHandler(terminal), logging.getLogger("gls_sweep.test")
    monkeypatch.setattr(logging.getLogger(), "handlers", [handler])
    with pytest.raises(KeyboardInterrupt), Display() as shown:
        shown.show(*looking(3, 12))
        log.warning("a message")
        shown.show(*looking(4, 12))
        raise KeyboardInterrupt
    written = terminal.getvalue()
    assert written.index("3 of 12") < written.index("a message") < written.index("4 of 12")
    assert written.index("\x1b[?25l") < written.rindex("\x1b[?25h")
    assert sys.stderr is terminal and handler.stream is terminal


def test_progress_does_not_fall_back_when_cells_wait_that_have_trained(make_cell, tmp_path, monkeypatch):
    """Shared stages train ahead, in packs of their own."""
    store, shown = Store(tmp_path / "sweep"), []
    cells = [make_cell("schedule=quick", f"loss.smooth_rate={rate}") for rate in (0.4, 0.0, -1.0)]
    monkeypatch.setattr(Display, "show", lambda self, drawn, told: shown.append(told))
    for module in (heartbeat, progress):
        monkeypatch.setattr(module, "INTERVAL", 0.0)
    with Progress(store, cells) as following:
        for own in (cells, cells[:1]):
            with Heartbeat(store, own) as beating:
                beating.beat(own[0].stages[0], 2 if own is cells else 1)
                following.update()
            following.update()
    assert [re.search(r"(\d+)/12 epochs", line)[1] for line in shown] == ["0", "6", "6", "6", "6"]


def test_progress_counts_what_is_recorded_from_now_on(make_cell, tmp_path, caplog):
    caplog.set_level(logging.INFO, "gls_sweep")
    store = Store(tmp_path / "sweep")
    cells = [make_cell("schedule=quick", f"loss.smooth_rate={rate}") for rate in (0.4, 0.0, -1.0)]
    write_failure(store, cells[0], "of an earlier run")
    with Progress(store, cells) as progress:
        assert len(progress.left) == 3
        with Heartbeat(store, cells[:2]):
            write_failure(store, cells[1], "no luck")
            os.utime(store.record(cells[0].signature))  # as written again
    assert list(progress.left) == [cells[2].signature]
    (line,) = [entry.getMessage() for entry in caplog.records if entry.name.startswith("gls_sweep")]
    assert "3 cells, 2 failed, 1 waiting in " in line
