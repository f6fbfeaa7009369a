"""Watches one file: also one that is not there yet, and one that is replaced by another."""

from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

CALM_MS = 100
"""A file that is written in several goes changes several times; and a folder tells of all that happens in it."""


class FileWatch(QObject):
    """`changed` comes when the file has another content, when there is one, and when there is none any more."""

    changed = Signal()

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self._seen = self._state()
        self._watcher = QFileSystemWatcher([str(path.parent)], self)
        self._calm = QTimer(self, singleShot=True, interval=CALM_MS)
        self._calm.timeout.connect(self._look)
        self._watcher.directoryChanged.connect(self._calm.start)
        self._watcher.fileChanged.connect(self._calm.start)
        self._watch_file()

    def close(self) -> None:
        """Take no more notice of it."""
        self._calm.stop()
        if watched := [*self._watcher.files(), *self._watcher.directories()]:
            self._watcher.removePaths(watched)

    def _look(self) -> None:
        self._watch_file()
        state = self._state()
        if state != self._seen:
            self._seen = state
            self.changed.emit()

    def _watch_file(self) -> None:
        """Of a file that is replaced Qt forgets that it should be watched."""
        if self._path.exists() and str(self._path) not in self._watcher.files():
            self._watcher.addPath(str(self._path))

    def _state(self) -> tuple[int, int, int] | None:
        try:
            status = self._path.stat()
        except FileNotFoundError:
            return None
        return status.st_ino, status.st_mtime_ns, status.st_size
