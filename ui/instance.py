"""One running copy for each user and display: a second start brings up the first one's window."""

import hashlib
import os
import sys

from PySide6.QtCore import QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from desktop_agent.core import paths
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.peer import is_same_user

ANSWER_MILLISECONDS = 5000
_SHOW, _SHOWN = b"show\n", b"shown\n"


def _name() -> str:
    display = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY", "")
    return "tray-" + hashlib.sha256(display.encode()).hexdigest()[:12]


class Instance(QObject):
    """The claim to be the one. The lock goes with the process, however it ends.

    `show_requested` comes when another start asked for the window.
    """

    show_requested = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        base = str(paths.runtime() / _name())
        self._lock = QLockFile(base + ".lock")
        self._lock.setStaleLockTime(0)  # held for days: only a dead owner makes it stale, never its age
        self._address = base if sys.platform != "win32" else f"desktop-agent-{os.getlogin()}-{_name()}"
        self._server: QLocalServer | None = None

    def claim(self) -> bool:
        """Become the one. False when another copy is.

        Raises:
            Unavailable: the lock or the socket could not be made.
        """
        if not self._lock.tryLock(0):
            if self._lock.error() is QLockFile.LockError.LockFailedError:
                return False
            raise _not_made(self._lock.error().name)
        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        QLocalServer.removeServer(self._address)  # left by a copy that crashed; the lock says that none runs
        if not server.listen(self._address):
            raise _not_made(server.errorString())
        if sys.platform != "win32":
            os.chmod(self._address, 0o600)  # Qt makes it executable, too
        server.newConnection.connect(self._accept)
        self._server = server
        return True

    def show_other(self) -> None:
        """Ask the running copy to show its window, and wait until it has.

        Raises:
            Unavailable: it does not answer.
        """
        socket = QLocalSocket()
        socket.connectToServer(self._address)
        if socket.waitForConnected(ANSWER_MILLISECONDS):
            socket.write(_SHOW)
            socket.waitForBytesWritten(ANSWER_MILLISECONDS)
            if socket.waitForReadyRead(ANSWER_MILLISECONDS) and socket.readLine().data() == _SHOWN:
                return
        raise Unavailable(
            "Desktop Agent is running already, but does not answer.",
            f"End it (process {self._owner()}) and start it again.",
            socket.errorString(),
        )

    def close(self) -> None:
        """Give the claim up."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self._lock.unlock()

    def _owner(self) -> str:
        # PySide6 wraps the out-parameters of getLockInfo differently in each version. The file's first line is the pid.
        try:
            with open(self._lock.fileName(), encoding="utf-8") as file:
                return file.readline().strip()
        except OSError:
            return "unknown"

    def _accept(self) -> None:
        server = self._server
        while server is not None and server.hasPendingConnections():
            socket = server.nextPendingConnection()
            if sys.platform != "win32" and not is_same_user(int(socket.socketDescriptor())):
                socket.abort()
                socket.deleteLater()
                continue
            visitor = _Visitor(socket, self)
            visitor.asked.connect(self.show_requested)
            visitor.read()


class _Visitor(QObject):
    """Another start of the program, or whoever else connects as this user."""

    asked = Signal()

    def __init__(self, socket: QLocalSocket, parent: QObject) -> None:
        super().__init__(parent)
        self._socket = socket
        socket.setParent(self)
        socket.readyRead.connect(self.read)
        socket.disconnected.connect(self.deleteLater)

    def read(self) -> None:
        """Answer a whole line; hang up on anything else."""
        socket = self._socket
        if socket.canReadLine():
            if socket.readLine().data() == _SHOW:
                self.asked.emit()
                socket.write(_SHOWN)
            socket.disconnectFromServer()
        elif socket.bytesAvailable() > len(_SHOW):
            socket.abort()


def _not_made(details: str) -> Unavailable:
    return Unavailable(
        "Desktop Agent could not claim its place for this display.",
        f"See that {paths.runtime()} is writable and has space.",
        details,
    )
