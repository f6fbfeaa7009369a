"""The badge while a macro is recorded."""

import os

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from desktop_agent.core.desktop import Window
from desktop_agent.core.protocols import Windows
from desktop_agent.evaluation.person import Person
from tests.ui.conftest import Wait
from ui import pixels
from ui.macro_badge import RecordingBadge


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_it_counts_events_and_time_but_not_pauses(app: object) -> None:
    clock, events = Clock(), [0]
    badge = RecordingBadge(lambda: events[0], clock)
    badge.show_in_corner()
    clock.now += 65
    events[0] = 1200
    badge._tick()
    assert badge.facts.text() == "1:05 · 1200 events"
    assert badge.state.text() == "Recording"
    badge.set_paused(True)
    clock.now += 500
    badge._tick()
    assert badge.facts.text() == "1:05 · 1200 events"
    assert (badge.state.text(), badge.pause.text()) == ("Paused", "Go on")
    badge.set_paused(False)
    clock.now += 3600
    badge._tick()
    assert badge.facts.text() == "1:01:05 · 1200 events"


def test_its_buttons_say_what_is_wanted(app: object) -> None:
    badge = RecordingBadge(lambda: 0)
    heard: list[str] = []
    for name in ("pause", "resume", "stop"):
        getattr(badge, f"{name}_wanted").connect(lambda name=name: heard.append(name))
    badge.show_in_corner()
    QTest.mouseClick(badge.pause, Qt.MouseButton.LeftButton)
    badge.set_paused(True)
    QTest.mouseClick(badge.pause, Qt.MouseButton.LeftButton)
    QTest.mouseClick(badge.stop, Qt.MouseButton.LeftButton)
    QTest.mouseClick(badge.stop, Qt.MouseButton.LeftButton)
    assert heard == ["pause", "resume", "stop"]
    badge.show_stopping()
    assert not badge.stop.isVisible()


def test_it_is_on_top_and_never_takes_the_focus(
    app: object, terminal: Window, windows: Windows, person: Person, wait: Wait
) -> None:
    badge = RecordingBadge(lambda: 0)
    stopped: list[bool] = []
    badge.stop_wanted.connect(lambda: stopped.append(True))
    badge.move(terminal.frame.center.x, terminal.frame.center.y)
    badge.show()
    wait(lambda: windows.at(pixels.from_qt(badge.frameGeometry(), badge.screen()).center) is not None)

    def top() -> int:
        found = windows.at(pixels.from_qt(badge.frameGeometry(), badge.screen()).center)
        return found.pid if found is not None else 0

    wait(lambda: top() == os.getpid())
    active = windows.active()
    assert active is not None
    assert active.id == terminal.id
    corner = badge.stop.mapToGlobal(badge.stop.rect().topLeft())
    place = pixels.from_qt(badge.stop.rect().translated(corner), badge.screen())
    person.click(place.center.x, place.center.y)
    wait(lambda: stopped)
    active = windows.active()
    assert active is not None
    assert active.id == terminal.id


def test_it_can_be_dragged(app: object, wait: Wait) -> None:
    badge = RecordingBadge(lambda: 0)
    badge.show_in_corner()
    before = badge.pos()
    start = badge.state.geometry().center()
    QTest.mousePress(badge, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(badge, start + QPoint(30, 20))
    QTest.mouseRelease(badge, Qt.MouseButton.LeftButton, pos=start)
    wait(lambda: badge.pos() != before)


def test_the_hotkey_that_pauses_is_shown_where_it_works(app: object) -> None:
    badge = RecordingBadge(lambda: 0)
    assert badge.pause.text() == "Pause"
    badge.show_hotkey("Ctrl+Alt+P")
    assert badge.pause.text() == "Pause (Ctrl+Alt+P)"
    badge.set_paused(True)
    assert badge.pause.text() == "Go on (Ctrl+Alt+P)"
    badge.show_hotkey("")
    assert badge.pause.text() == "Go on"
