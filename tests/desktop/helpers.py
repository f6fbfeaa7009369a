"""What the desktop tests share: programs to look at and act on."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from desktop_agent.core.desktop import Window
from desktop_agent.core.protocols import Windows
from desktop_agent.desktop.windows import open_windows
from desktop_agent.evaluation.display import PrivateDisplay
from tests.waiting import wait_until

QT_TITLE = "Qt test window"


def window_titled(windows: Windows, title: str) -> Window | None:
    """The topmost visible window whose title contains `title`, popups left out."""
    return next((each for each in windows.stacking() if title in each.title and not each.popup), None)


def open_app(display: PrivateDisplay, command: Sequence[str], title: str, seconds: float = 20) -> Window:
    """Start a program on `display` and wait until a new window whose title contains `title` is shown and stays where
    it is. It ends with the display; end it earlier with `close_app`."""
    windows = open_windows(display.name)
    try:
        known = {each.id for each in windows.stacking()}
        display.start(command)

        def fresh() -> Window | None:
            found = (each for each in windows.stacking() if each.id not in known and title in each.title)
            window = next((each for each in found if not each.popup), None)
            if window is None:
                return None
            time.sleep(0.1)
            return window if windows.get(window.id) == window else None

        return wait_until(fresh, seconds, f"a window titled {title!r} of {command[0]}")
    finally:
        windows.close()


def qt_command(
    title: str = QT_TITLE, geometry: str = "300,200,500,400", state: Path | None = None, button: str = "Press me"
) -> list[str]:
    """The command of a PySide6 window (qt_window.py): a line "Name", a text "Notes", a check box "Agree", a `button`, a
    menu "File". `state` is a file in which it keeps what they hold, as JSON."""
    command = [sys.executable, str(Path(__file__).with_name("qt_window.py")), "--title", title, "--geometry", geometry]
    command += ["--button", button]
    return [*command, "--state", str(state)] if state else command


def close_app(display: PrivateDisplay, window: Window, seconds: float = 10) -> None:
    """End the process of `window` and wait until the window is gone."""
    import psutil

    windows = open_windows(display.name)
    try:
        if psutil.pid_exists(window.pid):
            psutil.Process(window.pid).kill()
        wait_until(lambda: windows.get(window.id) is None, seconds, f"{window.title} closing")
    finally:
        windows.close()
