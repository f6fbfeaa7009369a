"""Notices when the stop is latched or released, by whomever, without starting the hands process for it."""

from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, Signal


class StopLatch(QObject):
    """`changed` carries the reason of the latched stop, or None.

    Args:
        file: exists while the stop is latched, and holds the reason (`desktop.hands.address.Address.latch`).
    """

    changed = Signal(object)

    def __init__(self, file: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = file
        self._known: str | None = None
        self._watcher = QFileSystemWatcher([str(file.parent)], self)
        self._watcher.directoryChanged.connect(self.look)

    def look(self) -> None:
        """See how it is now."""
        reason = self.reason()
        if reason != self._known:
            self._known = reason
            self.changed.emit(reason)

    def reason(self) -> str | None:
        """The reason of the latched stop, or None. From any thread."""
        try:
            return self._file.read_text("utf-8", "replace") or "stopped"
        except FileNotFoundError:
            return None
        except OSError:
            return "stopped"  # one that can't be read still stops
