"""The overlay on a real display: frozen pixels, real mouse and keyboard, several monitors, other scales."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from desktop_agent.core.desktop import Screenshot, Window
from desktop_agent.core.errors import AgentError, Unavailable
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.images import Image
from desktop_agent.core.protocols import Screen, Windows
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.evaluation.person import Person
from desktop_agent.step.masks import GREY
from desktop_agent.step.privacy import Privacy
from tests.ui.conftest import Wait
from ui.capture import Captured, CaptureOverlay, cut

PROBE = Path(__file__).with_name("capture_probe.py")


class Heard:
    """What the overlay's signals said."""

    def __init__(self, overlay: CaptureOverlay) -> None:
        self.captured: list[Captured] = []
        self.cancelled = 0
        overlay.captured.connect(self.captured.append)
        overlay.cancelled.connect(self._cancel)

    def _cancel(self) -> None:
        self.cancelled += 1


@pytest.fixture
def overlay(app: QApplication, screen: Screen, windows: Windows) -> Iterator[CaptureOverlay]:
    made = CaptureOverlay(screen, windows, Privacy())
    yield made
    made.close()


@pytest.fixture
def heard(overlay: CaptureOverlay) -> Heard:
    return Heard(overlay)


def pixel(shot: Screenshot, x: int, y: int) -> bytes:
    at = ((y - shot.region.y) * shot.image.width + x - shot.region.x) * 4
    return shot.image.bgra[at : at + 3]


def show(overlay: CaptureOverlay, screen: Screen, wait: Wait, at: Point) -> Screenshot:
    """Show the overlay and wait until another client sees it at `at`. Returns what stood there before."""
    before = screen.grab(screen.layout().bounds)
    overlay.show_frozen()
    wait(lambda: pixel(screen.grab(Rect(at.x, at.y, 1, 1)), at.x, at.y) != pixel(before, at.x, at.y))
    return before


def test_drag_captures_the_frozen_pixels(
    overlay: CaptureOverlay, heard: Heard, screen: Screen, wait: Wait, person: Person, terminal: Window
) -> None:
    inside = terminal.region.center
    before = show(overlay, screen, wait, inside)
    region = Rect(terminal.region.x + 10, terminal.region.y + 20, 121, 81)
    person.drag(region.x, region.y, region.right - 1, region.bottom - 1)
    wait(lambda: heard.captured)
    taken = heard.captured[0]
    assert (taken.scope.kind, taken.scope.region, taken.screenshot.region) == ("region", region, region)
    assert taken.screenshot.image.bgra == cut(before, region).image.bgra
    assert not overlay.visible
    wait(lambda: screen.grab(before.region).image.bgra == before.image.bgra)


def test_selection_is_bright_and_the_rest_dimmed(
    overlay: CaptureOverlay, screen: Screen, wait: Wait, person: Person, terminal: Window
) -> None:
    before = show(overlay, screen, wait, terminal.region.center)
    area = terminal.region
    person.move(area.x + 20, area.y + 20)
    person.press_button()
    person.move(area.x + 200, area.y + 150)
    person.move(area.x + 201, area.y + 151)

    def bright() -> bool:
        now = screen.grab(before.region)
        inner = all(pixel(now, area.x + i, area.y + i) == pixel(before, area.x + i, area.y + i) for i in range(30, 140))
        return inner and pixel(now, area.right - 20, area.bottom - 20) != pixel(
            before, area.right - 20, area.bottom - 20
        )

    wait(bright)
    person.press("esc")
    wait(lambda: not overlay.visible)
    person.release_button()


def test_click_takes_the_window_of_another_program(
    overlay: CaptureOverlay, heard: Heard, screen: Screen, wait: Wait, person: Person, terminal: Window
) -> None:
    show(overlay, screen, wait, terminal.region.center)
    person.click(terminal.region.x + 50, terminal.region.y + 50)
    wait(lambda: heard.captured)
    scope = heard.captured[0].scope
    assert (scope.kind, scope.window, scope.pid, scope.region) == ("window", terminal.id, terminal.pid, terminal.frame)


def test_escape_cancels_and_the_focus_never_moved(
    overlay: CaptureOverlay,
    heard: Heard,
    screen: Screen,
    windows: Windows,
    wait: Wait,
    person: Person,
    terminal: Window,
) -> None:
    show(overlay, screen, wait, terminal.region.center)
    active = windows.active()
    assert active is not None
    assert active.id == terminal.id
    person.press("esc")
    wait(lambda: heard.cancelled == 1)
    assert not overlay.visible
    assert not heard.captured


def test_keys_work_once_another_clients_grab_has_ended(
    overlay: CaptureOverlay,
    heard: Heard,
    screen: Screen,
    wait: Wait,
    person: Person,
    terminal: Window,
    ui_display: PrivateDisplay,
) -> None:
    from Xlib import X
    from Xlib.display import Display

    other = Display(ui_display.name)
    try:
        root = other.screen().root
        assert root.grab_keyboard(False, X.GrabModeAsync, X.GrabModeAsync, X.CurrentTime) == X.GrabSuccess
        show(overlay, screen, wait, terminal.region.center)
        assert overlay._keyboard.isActive(), "it is trying again"
        other.ungrab_keyboard(X.CurrentTime)
        other.sync()
        wait(lambda: not overlay._keyboard.isActive())
        person.press("esc")
        wait(lambda: heard.cancelled == 1)
    finally:
        other.close()


def test_right_click_cancels(
    overlay: CaptureOverlay, heard: Heard, screen: Screen, wait: Wait, person: Person, terminal: Window
) -> None:
    show(overlay, screen, wait, terminal.region.center)
    person.click(50, 900, button=3)
    wait(lambda: heard.cancelled == 1)


def test_enter_takes_the_monitor_and_arrows_a_region(
    overlay: CaptureOverlay, heard: Heard, screen: Screen, wait: Wait, person: Person, terminal: Window
) -> None:
    show(overlay, screen, wait, terminal.region.center)
    person.press("enter")
    wait(lambda: len(heard.captured) == 1)
    assert heard.captured[0].scope.kind == "monitor"
    assert heard.captured[0].scope.region == screen.layout().monitors[0].region
    show(overlay, screen, wait, terminal.region.center)
    for key in ("left", "left", "shift+up", "ctrl+down"):
        person.press(key)
    person.press("enter")
    wait(lambda: len(heard.captured) == 2)
    assert heard.captured[1].scope.region == Rect(470, 271, 960, 530)


def test_showing_twice_freezes_once(
    overlay: CaptureOverlay, heard: Heard, screen: Screen, wait: Wait, terminal: Window
) -> None:
    show(overlay, screen, wait, terminal.region.center)
    frozen = overlay._frozen
    overlay.show_frozen()
    assert overlay._frozen is frozen
    overlay.cancel()
    assert heard.cancelled == 1


def test_our_own_windows_are_grey_where_they_are_on_top(
    overlay: CaptureOverlay,
    heard: Heard,
    screen: Screen,
    windows: Windows,
    wait: Wait,
    person: Person,
    terminal: Window,
) -> None:
    secret = QWidget()
    secret.setStyleSheet("background: #ff0000")
    secret.setGeometry(terminal.region.right - 60, terminal.region.y + 40, 200, 120)
    secret.show()
    beside = Point(terminal.region.right + 40, terminal.region.y + 80)
    hidden = Point(terminal.region.right - 30, terminal.region.y + 80)
    red = b"\x00\x00\xff"
    wait(lambda: pixel(screen.grab(Rect(beside.x, beside.y, 1, 1)), beside.x, beside.y) == red)
    windows.activate(terminal.id)
    wait(lambda: pixel(screen.grab(Rect(hidden.x, hidden.y, 1, 1)), hidden.x, hidden.y) != red)
    theirs = screen.grab(terminal.region)
    overlay.show_frozen()
    wait(lambda: overlay._views[0].isVisible())
    overlay._accept()
    (taken,) = heard.captured
    shot = taken.screenshot
    assert pixel(shot, beside.x, beside.y) == b"\x80\x80\x80"
    assert any(mask.contains(beside) for mask in shot.masked)
    assert red not in {pixel(shot, x, beside.y) for x in range(shot.region.x, shot.region.right)}
    assert cut(shot, terminal.region).image.bgra == theirs.image.bgra, "what covers ours is not grey"


class SlowWindows:
    """Windows whose listing waits for `go`, and then fails where there is a `problem`."""

    def __init__(self, real: Windows, problem: AgentError | None = None) -> None:
        self.go = threading.Event()
        self._real = real
        self._problem = problem

    def stacking(self) -> tuple[Window, ...]:
        assert self.go.wait(30)
        if self._problem is not None:
            raise self._problem
        return self._real.stacking()

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)


def test_nothing_waits_for_the_windows_but_what_needs_them(
    app: QApplication, screen: Screen, windows: Windows, wait: Wait, person: Person, terminal: Window
) -> None:
    slow = SlowWindows(windows)
    overlay = CaptureOverlay(screen, cast(Windows, slow), Privacy(()))
    heard = Heard(overlay)
    try:
        show(overlay, screen, wait, terminal.region.center)
        assert not slow.go.is_set()
        person.move(terminal.region.x + 50, terminal.region.y + 50)
        slow.go.set()
        wait(lambda: overlay._selection is not None and overlay._selection.hovered is not None)
        person.click(terminal.region.x + 50, terminal.region.y + 50)
        wait(lambda: heard.captured)
        assert heard.captured[0].scope.window == terminal.id
    finally:
        slow.go.set()
        overlay.close()


def test_nothing_is_taken_where_our_own_windows_cannot_be_told(
    app: QApplication, screen: Screen, windows: Windows, wait: Wait, terminal: Window
) -> None:
    problem = Unavailable("The windows can't be listed.", "Try again.")
    broken = SlowWindows(windows, problem)
    broken.go.set()
    overlay = CaptureOverlay(screen, cast(Windows, broken), Privacy(()))
    heard = Heard(overlay)
    failures: list[AgentError] = []
    overlay.failed.connect(failures.append)
    try:
        show(overlay, screen, wait, terminal.region.center)
        overlay._accept()
        assert (heard.captured, heard.cancelled, failures) == ([], 1, [problem])
        assert not overlay.visible
    finally:
        overlay.close()


def test_an_application_that_is_never_captured_is_grey(
    app: QApplication, screen: Screen, windows: Windows, wait: Wait, person: Person, terminal: Window
) -> None:
    overlay = CaptureOverlay(screen, windows, Privacy([terminal.application]))
    heard = Heard(overlay)
    try:
        show(overlay, screen, wait, Point(10, 10))
        person.drag(terminal.region.x + 10, terminal.region.y + 20, terminal.region.x + 130, terminal.region.y + 100)
        wait(lambda: heard.captured)
    finally:
        overlay.close()
    shot = heard.captured[0].screenshot
    assert shot.image.bgra == GREY * shot.region.area
    assert shot.masked == (shot.region,)


def test_cutting_keeps_what_was_masked() -> None:
    whole = Screenshot("a", Rect(-10, 0, 40, 20), "l", Image(40, 20, bytes(40 * 20 * 4)), 1.0, (Rect(0, 0, 10, 10),))
    part = cut(whole, Rect(5, 5, 100, 10))
    assert part.region == Rect(5, 5, 25, 10)
    assert (part.image.width, part.image.height) == (25, 10)
    assert part.masked == (Rect(5, 5, 5, 5),)
    assert part.id != whole.id


@pytest.mark.parametrize("scale", ["1", "2", "1.5"])
def test_regions_are_physical_pixels_at_any_scale(scale: str, ui_display: PrivateDisplay, terminal: Window) -> None:
    area = terminal.region
    points = (area.x + 5, area.y + 5, area.x + 200, area.y + 100)
    result = probe(ui_display, points, {"QT_SCALE_FACTOR": scale})
    assert result["ratio"] == float(scale)
    assert result["region"] == [area.x + 5, area.y + 5, 196, 96]
    assert result["image"] == [196, 96]
    assert result["same_pixels"]


def test_drag_from_one_monitor_to_the_other() -> None:
    with PrivateDisplay("dummy", bus=False) as display:
        display.two_monitors()
        display.start(["xterm", "-geometry", "100x30+1000+300"])
        result = probe(display, (1180, 400, 1379, 499), {})
        assert result["monitors"] == 2
        assert result["region"] == [1180, 400, 200, 100]
        assert result["same_pixels"]


def probe(display: PrivateDisplay, points: tuple[int, int, int, int], extra: dict[str, str]) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, str(PROBE), *map(str, points)],
        env={**display.environment, **extra},
        capture_output=True,
        text=True,
        timeout=40,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert isinstance(result, dict)
    return result
