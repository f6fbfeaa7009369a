"""The log: one rotating file, and errors to the terminal where there is one."""

import logging
import logging.handlers

from desktop_agent.core import paths

FORMAT = "%(asctime)s %(levelname)s %(process)d %(name)s: %(message)s"


def start(name: str, to_terminal: bool = False) -> None:
    """Log into `logs()/name.log` (1 MB, three kept); with `to_terminal`, warnings and above to stderr as well."""
    handlers: list[logging.Handler] = [
        logging.handlers.RotatingFileHandler(
            paths.logs() / f"{name}.log", maxBytes=1_000_000, backupCount=3, encoding="utf-8", delay=True
        )
    ]
    if to_terminal:
        terminal = logging.StreamHandler()
        terminal.setLevel(logging.WARNING)
        handlers.append(terminal)
    logging.basicConfig(level=logging.INFO, format=FORMAT, handlers=handlers, force=True)
