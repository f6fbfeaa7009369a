"""The log: one rotating file, and errors to the terminal where there is one."""

import logging
import logging.handlers
import sys
from collections.abc import Iterator

from desktop_agent.core import paths
from desktop_agent.core.errors import StoreError

FORMAT = "%(asctime)s %(levelname)s %(process)d %(name)s: %(message)s"


OURS = "desktop-agent"
"""The name of the handlers that `start` adds."""


class LogFile(logging.handlers.RotatingFileHandler):
    """A file of 1 MB, three kept. Where it can't be written (a full disk, a folder that is read-only), that is said on
    stderr once, in a sentence: the log must not stand in the way of what the person wanted."""

    def __init__(self, name: str) -> None:
        path = paths.logs() / f"{name}.log"
        super().__init__(path, maxBytes=1_000_000, backupCount=3, encoding="utf-8", delay=True)
        self._said = False

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        error = sys.exc_info()[1]
        if isinstance(error, OSError) and not self._said:
            self._said = True
            print(f"The log {self.baseFilename} can't be written: {error.strerror}.", file=sys.stderr)  # noqa: T201
        elif not isinstance(error, OSError):
            super().handleError(record)


def start(name: str, to_terminal: bool = False) -> None:
    """Log into `logs()/name.log`; with `to_terminal`, warnings and above to stderr as well. Without a folder for logs
    nothing is kept: whatever needs the store will say why there is none. A log that was started before ends; handlers
    that others put there stay."""
    root = logging.getLogger()
    for each in [each for each in root.handlers if each.name == OURS]:
        root.removeHandler(each)
        each.close()
    for handler in _handlers(name, to_terminal):
        handler.set_name(OURS)
        handler.setFormatter(logging.Formatter(FORMAT))
        root.addHandler(handler)
    root.setLevel(logging.INFO)


def _handlers(name: str, to_terminal: bool) -> Iterator[logging.Handler]:
    try:
        yield LogFile(name)
    except StoreError:
        yield logging.NullHandler()  # without any handler, logging would write to stderr
    if to_terminal:
        terminal = logging.StreamHandler()
        terminal.setLevel(logging.WARNING)
        yield terminal
