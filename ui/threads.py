"""Threads that may be given Qt objects, or what holds some."""

import itertools
import threading
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QTimer

_given: dict[int, Callable[[], object]] = {}
"""What the running threads do, and with it all that they were given."""
_numbers = itertools.count()


def start(body: Callable[[], object], name: str) -> threading.Thread:
    """Start `body` on a thread called `name`, which ends with the program.

    What `body` holds is let go of in the GUI thread: a widget whose last holder is another thread is destroyed there,
    which crashes.
    """
    number = next(_numbers)
    _given[number] = body
    thread = threading.Thread(target=_run, args=(number,), name=name, daemon=True)
    thread.start()
    return thread


def _run(number: int) -> None:
    try:
        _given[number]()
    finally:
        application = QCoreApplication.instance()
        if application is not None:
            QTimer.singleShot(0, application, lambda: _given.pop(number))
