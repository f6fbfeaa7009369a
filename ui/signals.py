"""Ending in order when the system or a terminal asks for it."""

import signal
import socket
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier

ENDING = (signal.SIGINT, signal.SIGTERM)


class EndSignals(QObject):
    """Calls `ended` in the GUI thread when SIGINT or SIGTERM arrives. Python runs signal handlers only between its own
    instructions, and Qt's event loop may wait for hours: the wake-up descriptor ends the wait."""

    def __init__(self, ended: Callable[[], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ended = ended
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._before = {number: signal.signal(number, lambda *_: None) for number in ENDING}
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._arrived)

    def close(self) -> None:
        """Take no more notice of them."""
        signal.set_wakeup_fd(-1)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._notifier.setEnabled(False)
        self._reader.close()
        self._writer.close()

    def _arrived(self) -> None:
        # Every signal that Python handles is written there, alarms of others too.
        arrived = self._reader.recv(64)
        if any(number in arrived for number in ENDING):
            self._ended()
