"""Brings a logger up to date with the cells that are recorded: from time to time while they train, and at the end."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Event, Thread

from gls_sweep.config.logger import LoggerConfig
from gls_sweep.credentials import redact
from gls_sweep.loggers.logger import Logger, open_logger
from gls_sweep.record_file import DONE
from gls_sweep.sweep.disk.store import LOGGING, Store

INTERVAL = 10.0  # seconds between two looks for new records
PATIENCE = 60.0  # seconds that a logger has for the cell it is at when training ends

Signatures = Mapping[Store, Sequence[str]]
log = logging.getLogger(__name__)


@contextmanager
def following(cells: Signatures, config: LoggerConfig) -> Iterator[None]:
    """Log cells as they are recorded, in a thread, for as long as the context lasts; `log_recorded` logs the rest."""
    if config.name == "none":
        yield
        return
    stop = Event()
    thread = Thread(target=follow, args=(cells, config, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE)


def follow(cells: Signatures, config: LoggerConfig, stop: Event) -> None:
    """Log cells until told to stop, or until the logger does not work."""
    logs = [Log(store, names, config) for store, names in cells.items()]
    try:
        while not stop.wait(INTERVAL):
            for one in logs:
                one.update(DONE, stop)  # a failure may be of before, and its cell in training now
    except Exception as error:
        tell_trouble(config, error)


def log_recorded(cells: Signatures, config: LoggerConfig) -> None:
    """Log all recorded cells that the logger does not have yet; trouble with it is a warning."""
    if config.name == "none":
        return
    try:
        for store, names in cells.items():
            one = Log(store, names, config)
            one.update((*DONE, "failed"), Event())
            log.info("logger=%s: %s", config.name, redact(one.told))
    except Exception as error:
        tell_trouble(config, error)


def tell_trouble(config: LoggerConfig, error: Exception) -> None:
    """Warn that a logger does not work; whatever it raises, training goes on."""
    reason = redact(f"{type(error).__name__}: {error}".partition("\n")[0])
    log.warning(
        "logger=%s: does not work (%s); results are not affected, the same command logs what is missing",
        *(config.name, reason),
    )


class Log:
    """What a logger has of a sweep's cells, and still lacks."""

    def __init__(self, store: Store, signatures: Sequence[str], config: LoggerConfig) -> None:
        self._store, self._config = store, config
        self._left = dict.fromkeys(signatures)
        self._logged = 0
        self._logger: Logger | None = None

    @property
    def told(self) -> str:
        """Say how many cells are logged, and where."""
        return f"{self._logged} cells are in {self._logger.place}" if self._logger else "no cell is recorded"

    def update(self, statuses: Sequence[str], stop: Event) -> None:
        """Log the cells recorded with one of these statuses that the logger does not have yet."""
        recorded = [name for name in self._left if self._store.record(name).exists()]
        if not recorded:
            return
        with self._store.locked([LOGGING]):  # of two commands at once, the second finds what the first has logged
            self._logger = self._logger or open_logger(self._config, self._store.folder)
            known = self._logger.logged()
            for name in recorded:
                if stop.is_set():
                    return
                self._log(name, known.get(name), statuses)

    def _log(self, name: str, known: str | None, statuses: Sequence[str]) -> None:
        """Log one cell; it is done with once it is logged as trained to its end, for it is then never trained again."""
        if known not in DONE:
            # It imports pandas, for which a sweep without a logger has time later.
            from gls_sweep.loggers.recorded import read_cell

            cell = read_cell(self._store.folder, name)
            if cell is None or cell.status not in statuses:
                return
            if cell.status != known and self._logger:
                self._logger.log(cell)
        del self._left[name]
        self._logged += 1
