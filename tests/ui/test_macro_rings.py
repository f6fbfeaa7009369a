"""Where a macro would act is shown on the screen, and is gone before the next look."""

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from desktop_agent.core.actions import Action, ActionKind
from desktop_agent.core.desktop import Window
from desktop_agent.core.events import Looked, Proposed, RunEnded, RunEvent, Watcher
from desktop_agent.core.geometry import Rect
from desktop_agent.core.protocols import Screen
from tests.ui.conftest import Wait
from tests.ui.session_double import SessionDouble
from tests.ui.test_ring import accents, inside
from ui.bridge import Bridge
from ui.macro_rings import Rings


@pytest.fixture
def bridge(app: QApplication, wait: Wait) -> Iterator[Bridge]:
    made = Bridge(SessionDouble())
    yield made
    wait(lambda: made.current is None)


def proposed(place: Rect) -> Proposed:
    return Proposed(Action(ActionKind.HOVER, "Click the button", (), "s1", place))


def test_each_place_has_a_ring_for_a_moment_and_none_when_the_next_is_looked_for(
    bridge: Bridge, screen: Screen, wait: Wait, terminal: Window
) -> None:
    rings, place = Rings(screen, bridge, seconds=0.4), inside(terminal)
    around = place.grown(20)
    before, after, heard = screen.grab(around).image, [], list[RunEvent]()

    def work(watch: Watcher) -> RunEnded:
        told = rings.watching(heard.append)
        told(proposed(place))
        after.append(screen.grab(around).image)
        told(Looked("click", "it is there"))
        return RunEnded("r1", "done", "All are there.")

    assert bridge.carry_out("show", work) is not None
    wait(lambda: accents(screen.grab(around)))
    wait(lambda: after)
    assert after[0].bgra == before.bgra
    wait(lambda: bridge.current is None)
    assert heard == [proposed(place), Looked("click", "it is there")]
    rings.close()


def test_a_stop_ends_it_at_once(bridge: Bridge, screen: Screen, wait: Wait, terminal: Window) -> None:
    rings, place, over = Rings(screen, bridge, seconds=60), inside(terminal), threading.Event()

    def work(watch: Watcher) -> RunEnded:
        told = rings.watching(watch)
        told(proposed(place))
        told(proposed(place.moved(5, 5)))
        over.set()
        return RunEnded("r1", "stopped", "Stopped.")

    bridge.carry_out("show", work)
    wait(lambda: accents(screen.grab(place.grown(20))))
    bridge.stop("the test")
    wait(over.is_set)
    rings.close()
