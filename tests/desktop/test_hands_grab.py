"""The server grab: others wait meanwhile, but never for long."""

import time

import pytest

from desktop_agent.desktop import x11
from desktop_agent.desktop.hands.x11_grab import MAX_SECONDS, GrabExpired, ServerGrab
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
