"""Speed and memory of the tray application, on a display of its own, as a person would notice them.

Every figure is a median unless it says otherwise. Other work on the machine makes all of them worse.
"""

import contextlib
import itertools
import math
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

import psutil

from desktop_agent.core.desktop import Window
from desktop_agent.desktop.windows import open_windows
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.evaluation.person import Person
from tests.bench import figures
from tests.bench.figures import Figure

if TYPE_CHECKING:
    from Xlib.display import Display

STARTS, CAPTURES, CARDS = 7, 20, 9
IDLE_SECONDS = 10.0
SETTLING_SECONDS = 4.0
STREAM_SECONDS = 8.0
PATIENCE = 30.0
SIZE = (1920, 1080)
PROBE = (960, 540)
"""The pixel whose change tells that the overlay is there: in the middle of a white window."""
NOTICE = "This takes about a minute and a half; each figure is printed as soon as it is known."
Found = TypeVar("Found")


def until(look: Callable[[], Found], what: str) -> Found:
    """Wait for something."""
    deadline = time.monotonic() + PATIENCE
    while not (found := look()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {PATIENCE:.0f} seconds for {what}")
        time.sleep(0.001)
    return found


@contextlib.contextmanager
def tray(display: PrivateDisplay) -> Iterator[subprocess.Popen[bytes]]:
    """The tray application in a process of its own."""
    process = display.start([sys.executable, "-m", "ui"])
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of all values don't exceed (nearest rank)."""
    return sorted(values)[math.ceil(share * len(values)) - 1]


def icon_of(connection: "Display", pid: int) -> bool:
    """Whether a visible window of the process `pid` is docked in another one: the icon in the tray."""
    from Xlib import X
    from Xlib.error import XError

    atom, root = connection.get_atom("_NET_WM_PID"), connection.screen().root
    below = [(root, 0)]
    while below:
        window, depth = below.pop()
        try:
            owner = window.get_full_property(atom, X.AnyPropertyType) if depth > 1 else None
            if owner is not None and owner.value[0] == pid and window.get_attributes().map_state == X.IsViewable:
                return True
            below += [(child, depth + 1) for child in window.query_tree().children]
        except XError:
            continue  # It went while it was looked at.
    return False


def measure_starts(display: PrivateDisplay) -> Figure:
    """From the start of the process to the icon in the tray."""
    from Xlib.display import Display

    seconds = []
    connection = Display(display.name)
    for _ in range(STARTS):
        began = time.perf_counter()
        with tray(display) as process:
            until(lambda pid=process.pid: icon_of(connection, pid), "the tray icon")  # type: ignore[misc]
            seconds.append(time.perf_counter() - began)
    connection.close()
    return Figure("tray up after", statistics.median(seconds), 0.6, "s")


def ours(display: PrivateDisplay) -> list[psutil.Process]:
    """All processes of the program on that display."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            words = process.cmdline()
            is_ours = any(word == "ui" or word.startswith("desktop_agent.") for word in words)
            if is_ours and process.environ().get("DISPLAY") == display.name:
                found.append(process)
    return found


def memory_of(processes: Sequence[psutil.Process]) -> float:
    """Their proportional set sizes together, in MB."""
    return sum(each.memory_full_info().pss for each in processes) / 1e6


def measure_idle(display: PrivateDisplay) -> list[Figure]:
    """Processor time and memory (PSS) of all our processes while nothing happens."""
    with tray(display):
        time.sleep(SETTLING_SECONDS)
        processes = ours(display)
        before = sum(sum(each.cpu_times()[:2]) for each in processes)
        time.sleep(IDLE_SECONDS)
        spent = sum(sum(each.cpu_times()[:2]) for each in processes) - before
        memory = memory_of(processes)
    return [
        Figure("idle, of a core", 100 * spent / IDLE_SECONDS, 0.5, "%"),
        Figure(f"idle memory, {len(processes)} processes", memory, 130, "MB"),
    ]


class PixelWatch:
    """Reads one pixel of the root window from a connection of its own, again and again."""

    def __init__(self, display: str) -> None:
        from Xlib.display import Display

        self._connection = Display(display)
        self._root = self._connection.screen().root

    def read(self) -> bytes:
        from Xlib import X

        return bytes(self._root.get_image(*PROBE, 1, 1, X.ZPixmap, 0xFFFFFFFF).data)

    def changed_from(self, before: bytes, log: list[float]) -> None:
        """Wait for a change, and note when it was seen."""
        deadline = time.perf_counter() + PATIENCE
        while self.read() == before and time.perf_counter() < deadline:
            pass
        log.append(time.perf_counter())

    def close(self) -> None:
        self._connection.close()


def measure_captures(display: PrivateDisplay, person: Person) -> Figure:
    """From the hotkey's last key to the overlay's pixels on the root window, seen by another client."""
    watch = PixelWatch(display.name)
    seconds = []
    for _ in range(CAPTURES):
        person.hold("ctrl")
        person.hold("alt")
        before, seen = watch.read(), list[float]()
        poller = threading.Thread(target=watch.changed_from, args=(before, seen))
        poller.start()
        began = time.perf_counter()
        person.hold("a")
        poller.join()
        seconds.append(seen[0] - began)
        for key in ("a", "alt", "ctrl"):
            person.let_go(key)
        time.sleep(0.15)
        person.press("escape")
        until(lambda before=before: watch.read() == before, "the overlay to go")  # type: ignore[misc]
        time.sleep(0.1)
    watch.close()
    return Figure("hotkey to capture overlay, p95", 1000 * percentile(seconds, 0.95), 40, "ms")


def window_titled(display: PrivateDisplay, title: str) -> Callable[[], Window | None]:
    """A look for a window."""
    windows = open_windows(display.name)
    return lambda: next((each for each in windows.stacking() if title in each.title), None)


def measure_cards(display: PrivateDisplay, person: Person) -> Figure:
    """From Enter in the question box to the card, for a target with an accessible name."""
    display.start(["galculator"])
    calculator = until(window_titled(display, "galculator"), "galculator")
    box, card = window_titled(display, "Ask about a region"), window_titled(display, "Desktop Agent asks")
    seconds = []
    for number in range(CARDS):
        time.sleep(0.8)
        person.press("ctrl+alt+a")
        time.sleep(0.4)
        person.click(calculator.region.center.x, calculator.region.center.y)
        until(box, "the question box")
        time.sleep(0.4)
        person.type(f"click {number + 1}")
        began = time.perf_counter()
        person.press("enter")
        until(card, "the card")
        seconds.append(time.perf_counter() - began)
        shown = until(box, "the question box")
        time.sleep(0.8)
        person.press("ctrl+alt+y")
        time.sleep(0.3)
        person.press("escape")
        until(lambda: card() is None, "the card to go")
        time.sleep(0.5)
        person.click(shown.region.x + 10, shown.region.y + 10)
        person.press("escape")
        until(lambda: box() is None, "the question box to go")
    return Figure("instruction to card", 1000 * statistics.median(seconds), 600, "ms")


SERVER = """
from tests.contract.openai_server import OpenAIServer, text
import sys
with OpenAIServer(text(*(f"word {number} of an answer that streams in\\n" for number in range(4000)))) as server:
    print(server.url, flush=True)
    sys.stdin.read()
"""


@contextlib.contextmanager
def streaming_server(display: PrivateDisplay) -> Iterator[str]:
    """The address of a server that streams a long answer, in a process of its own, as real ones are."""
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER],
        env=display.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    yield process.stdout.readline().strip()
    process.communicate()


def measure_stalls(display: PrivateDisplay) -> Figure:
    """The longest time for which the GUI thread answered nothing, while an answer streams in and captures are made."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from desktop_agent.core.desktop import Scope
    from desktop_agent.core.geometry import Rect
    from desktop_agent.core.settings import Settings
    from tests.contract.openai_server import MODEL
    from ui import theme
    from ui.app import Application
    from ui.instance import Instance

    os.environ.update(display.environment)
    qt = QApplication(["desktop-agent"])
    qt.setQuitOnLastWindowClosed(False)
    theme.apply(qt, "light")
    beats: list[float] = []
    with streaming_server(display) as url:
        settings = Settings(planner="remote", remote_enabled=True, base_url=url, model_name=MODEL)
        instance = Instance(qt)
        instance.claim()
        application = Application(settings, instance)
        scope = Scope("region", Rect(0, 0, 800, 600), "a region")

        def begin() -> None:
            application.show_chat()
            QTimer.singleShot(1500, listen)

        def listen() -> None:
            assert application.parts is not None
            application.parts.bridge.submit("What is this?", lambda _: scope)
            heart.start(2)
            QTimer.singleShot(int(STREAM_SECONDS * 1000), application.quit)

        heart = QTimer()
        heart.timeout.connect(lambda: beats.append(time.perf_counter()))
        application.ready.connect(begin)
        capturing = threading.Thread(target=_capture_repeatedly, args=(display,), daemon=True)
        application.ready.connect(capturing.start)
        qt.exec()
        capturing.join()
    gaps = [later - earlier for earlier, later in itertools.pairwise(beats)]
    return Figure("longest stall of the GUI thread", 1000 * max(gaps), 50, "ms")


def _capture_repeatedly(display: PrivateDisplay) -> None:
    time.sleep(3.0)
    with Person.on(display) as person:
        for _ in range(6):
            person.press("ctrl+alt+a")
            time.sleep(0.3)
            person.move(500, 300)
            person.move(600, 400)
            person.press("escape")
            time.sleep(0.3)


def measure() -> Iterator[Figure]:
    """All figures, each as soon as it is known."""
    with PrivateDisplay("xvfb", SIZE, tray=True) as display, Person.on(display) as person:
        display.start(["mousepad"])
        until(window_titled(display, "Mousepad"), "mousepad")
        yield measure_starts(display)
        yield from measure_idle(display)
        with tray(display):
            time.sleep(SETTLING_SECONDS)
            yield measure_captures(display, person)
            yield measure_cards(display, person)
            yield Figure("memory after use, hands and all", memory_of(ours(display)), 160, "MB")
        time.sleep(1.0)
        yield measure_stalls(display)


def main(arguments: Sequence[str]) -> int:
    """Run it; see `figures.run`."""
    return figures.run("app", measure, arguments, NOTICE)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
