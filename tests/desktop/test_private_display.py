"""The private displays themselves."""

import os
import signal
import subprocess
import sys

import psutil
import pytest

from desktop_agent.core.errors import Unavailable
from desktop_agent.desktop.screen import open_screen
from desktop_agent.evaluation import display as displays
from desktop_agent.evaluation.display import PrivateDisplay
from tests.desktop.helpers import wait_until

HOLDER = """
import psutil, sys, time
from desktop_agent.evaluation.display import PrivateDisplay
with PrivateDisplay("xvfb", (320, 240), tray=True) as display:
    print(*(each.pid for each in psutil.Process().children(recursive=True)), flush=True)
    time.sleep(60)
"""


def running(pids: list[int]) -> list[int]:
    return [pid for pid in pids if psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_everything_ends_with_its_owner(how: int) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert holder.stdout is not None
    pids = [int(word) for word in holder.stdout.readline().split()]
    assert len(running(pids)) >= 4
    holder.send_signal(how)
    holder.wait(20)
    holder.stdout.close()
    wait_until(lambda: not running(pids), what="the display to end")


def test_two_monitors_have_the_primary_away_from_the_origin() -> None:
    with PrivateDisplay("dummy", manager=False, bus=False) as display:
        display.two_monitors()
        screen = open_screen(display.name)
        primary = next(each for each in screen.layout().monitors if each.primary)
        assert (primary.region.x, len(screen.layout().monitors)) == (1280, 2)
        screen.close()


def test_a_program_that_is_not_installed_is_said() -> None:
    small = PrivateDisplay("xvfb", (320, 240), manager=False, bus=False)
    with small as display, pytest.raises(Unavailable, match="no-such-program is not installed"):
        display.start(["no-such-program"])


def test_the_persons_display_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":99")
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    displays.refuse_persons_display()
    assert "DISPLAY" not in os.environ
    assert "WAYLAND_DISPLAY" not in os.environ
