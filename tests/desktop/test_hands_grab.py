"""The server grab: others wait meanwhile, but never for long."""

import os
import threading
import time
from typing import Any

import pytest

from desktop_agent.core.actions import Expectation
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.desktop import x11
from desktop_agent.desktop.hands.job import Job
from desktop_agent.desktop.hands.x11_grab import MAX_SECONDS, GrabExpired, ServerGrab
from desktop_agent.desktop.hands.x11_target import Mismatch, X11Target
from desktop_agent.evaluation.display import PrivateDisplay
from tests.desktop.hands_support import elapsed_ms


def test_a_grab_that_lasts_too_long_is_ended_for_the_others(on_desktop: PrivateDisplay) -> None:
    ours, theirs = x11.open_display(on_desktop.name), x11.open_display(on_desktop.name)
    grab = ServerGrab(ours)
    try:
        with grab.hold():
            ours.sync()
            waited = elapsed_ms(theirs.sync)
            with pytest.raises(GrabExpired):
                grab.ensure()
        assert MAX_SECONDS * 500 < waited < 1000
        with grab.hold():
            grab.ensure()
            ours.sync()
        assert elapsed_ms(theirs.sync) < 1000
    finally:
        grab.close()
        theirs.close()
        ours.close()


def test_the_watchdog_leaves_a_later_grab_its_time(on_desktop: PrivateDisplay) -> None:
    ours = x11.open_display(on_desktop.name)
    grab = ServerGrab(ours, 0.3)
    try:
        until = time.monotonic() + 0.5
        while time.monotonic() < until:
            with grab.hold():
                ours.sync()
                grab.ensure()
        with grab.hold():
            ours.sync()
            time.sleep(0.1)
            grab.ensure()
    finally:
        grab.close()
        ours.close()


def test_what_was_too_slow_is_tried_again_and_then_given_up(on_desktop: PrivateDisplay) -> None:
    ours = x11.open_display(on_desktop.name)
    grab = ServerGrab(ours, 0.02)
    calls: list[float] = []

    def slow_at_first(times: int) -> str:
        calls.append(time.monotonic())
        ours.sync()
        if len(calls) <= times:
            time.sleep(0.1)
        grab.ensure()
        return "done"

    try:
        assert grab.run(lambda: slow_at_first(2)) == "done"
        assert len(calls) == 3
        with pytest.raises(GrabExpired):
            grab.run(lambda: slow_at_first(100))
    finally:
        grab.close()
        ours.close()


def test_a_grab_that_comes_after_its_own_end_does_not_stay(on_desktop: PrivateDisplay) -> None:
    """The machine is busy, and the watchdog ends the grab before it was asked for."""
    ours, theirs = x11.open_display(on_desktop.name), x11.open_display(on_desktop.name)
    ended = threading.Event()

    class Late:
        """The display, whose grab comes late."""

        def __getattr__(self, name: str) -> Any:
            return getattr(ours, name)

        def grab_server(self) -> None:
            assert ended.wait(10)
            ours.grab_server()

        def ungrab_server(self) -> None:
            ours.ungrab_server()
            ended.set()

    grab = ServerGrab(Late(), 0.01)
    asking = threading.Thread(target=theirs.sync)
    try:
        with pytest.raises(Mismatch):
            find_another_window(grab)
        asking.start()
        asking.join(10)
        assert not asking.is_alive(), "all other programs wait for good"
    finally:
        ours.ungrab_server()
        ours.sync()
        asking.join()
        grab.close()
        theirs.close()
        ours.close()


def find_another_window(grab: ServerGrab) -> None:
    with grab.hold():
        raise Mismatch("another window lies there")


def test_an_answer_is_never_lost_when_the_watchdog_steps_in(on_desktop: PrivateDisplay) -> None:
    """python-xlib can lose the answer that one thread waits for when another one reads: the watchdog must only send."""
    ours = x11.open_display(on_desktop.name)
    grab = ServerGrab(ours, 0.0005)
    expired = 0
    try:
        for _ in range(300):
            try:
                with grab.hold():
                    for _ in range(40):
                        ours.sync()
                    grab.ensure()
            except GrabExpired:
                expired += 1
    finally:
        grab.close()
        ours.close()
    assert expired > 50


def test_a_window_that_closes_between_two_checks_is_said_to_be_closed(
    on_desktop: PrivateDisplay, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = x11.open_display(on_desktop.name)
    grab = ServerGrab(ours)
    window = ours.screen().root.create_window(300, 200, 60, 60, 0, 24, override_redirect=True)
    window.map()
    process_of, asked = x11.process_of, list[int]()

    def closing(display: Any, number: int) -> int:
        asked.append(number)
        if len(asked) == 1:  # whether it is ours
            return process_of(display, number)
        window.destroy()
        return 0  # its client went with it

    expected = Expectation(window=window.id, pid=os.getpid(), frame=Rect(300, 200, 60, 60))
    job = Job(expected, frozenset(), lambda: None)
    target = X11Target(ours, grab)
    try:
        with grab.hold():
            target.verify_pointer(job, Point(320, 220))
        asked.clear()
        monkeypatch.setattr(x11, "process_of", closing)
        with pytest.raises(Mismatch, match="closed"), grab.hold():
            target.verify_pointer(job, Point(320, 220))
        assert len(asked) == 2
    finally:
        grab.close()
        ours.close()
