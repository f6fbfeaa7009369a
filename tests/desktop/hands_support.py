"""What the tests of the hands share: connected clients, windows to act on, and what arrived there."""

import contextlib
import json
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from desktop_agent.core.actions import Expectation
from desktop_agent.core.desktop import Window
from desktop_agent.core.geometry import Point
from desktop_agent.desktop import hands
from desktop_agent.desktop.hands import HandsClient
from desktop_agent.evaluation.display import PrivateDisplay
from tests.desktop.helpers import close_app, open_app, qt_command, wait_until

Connect = Callable[..., HandsClient]


@pytest.fixture(name="connect")
def connect_fixture(on_desktop: PrivateDisplay) -> Iterator[Connect]:
    """Connect clients to the hands of the shared display; the process is gone when the test is over."""
    with connecting(on_desktop.name) as connected:
        yield connected


@contextlib.contextmanager
def connecting(display: str) -> Iterator[Connect]:
    """A function that connects clients; at the end they and the hands process are ended."""
    clients: list[HandsClient] = []
    pids: set[int] = set()

    def connected(role: hands.Role = "run", **options: object) -> HandsClient:
        client = hands.connect(role, display=display, **{"linger": 0.1, **options})  # type: ignore[arg-type]
        clients.append(client)
        pids.add(client.status().pid)
        return client

    try:
        yield connected
    finally:
        for client in clients:
            client.close()
        for pid in pids:
            end_process(pid)


def running(pid: int) -> bool:
    """Whether the process is there; one that only waits to be collected is not."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def end_process(pid: int, patience: float = 1.0) -> None:
    """Wait until a process is gone, and end it when it doesn't go: it stays while it keeps clipboard content."""
    deadline = time.monotonic() + patience
    while running(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    if running(pid):
        kill(pid)


def kill(pid: int) -> None:
    """kill -9, and wait."""
    psutil.Process(pid).send_signal(signal.SIGKILL)
    wait_until(lambda: not running(pid), 5)


def expecting(window: Window, **more: object) -> Expectation:
    """That `window` is as it was seen."""
    return Expectation(window.id, window.pid, window.frame, **more)  # type: ignore[arg-type]


def at(window: Window, x: int, y: int) -> Point:
    """A point of the window's client area."""
    return Point(window.region.x + x, window.region.y + y)


class PlainWindow:
    """A window of hands_window.py and its log."""

    def __init__(self, display: PrivateDisplay, folder: Path, title: str, *options: str) -> None:
        self.display = display
        self.log = folder / f"{title}.log"
        script = str(Path(__file__).with_name("hands_window.py"))
        command = [sys.executable, script, "--title", title, "--log", str(self.log), *options]
        self.flipping = "--flip" in options
        if self.flipping:
            self.process = display.start(command)
            wait_until(self.log.exists)
        else:
            self.window = open_app(display, command, title)

    @property
    def lines(self) -> list[str]:
        return self.log.read_text().splitlines()

    def count(self, what: str) -> int:
        """How many events of that kind arrived ("press 1")."""
        return sum(line.startswith(what + " ") for line in self.lines)

    def close(self) -> None:
        if self.flipping:
            self.process.kill()
            self.process.wait()
        else:
            close_app(self.display, self.window)


class QtWindow:
    """A window of qt_window.py and its state."""

    TEXT = (250, 180)
    LINE = (250, 58)

    def __init__(self, display: PrivateDisplay, folder: Path) -> None:
        self.display = display
        self.file = folder / "state.json"
        self.window = open_app(display, qt_command("Hands typing", state=self.file), "Hands typing")

    def holds(self, field: str, text: str) -> bool:
        return bool(json.loads(self.file.read_text("utf-8"))[field] == text)

    def close(self) -> None:
        close_app(self.display, self.window)


@contextlib.contextmanager
def closing(*windows: PlainWindow | QtWindow) -> Iterator[None]:
    try:
        yield
    finally:
        for window in windows:
            window.close()


def elapsed_ms(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000
