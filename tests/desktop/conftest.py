"""Displays for the desktop tests: each starts its own servers and never touches the person's."""

from collections.abc import Iterator

import pytest

from desktop_agent.evaluation.display import PrivateDisplay


@pytest.fixture(scope="session")
def desktop() -> Iterator[PrivateDisplay]:
    """Xvfb 1920×1080 with openbox, trayer, a session bus and AT-SPI, shared by the tests of a worker process."""
    with PrivateDisplay("xvfb", tray=True) as display:
        yield display


@pytest.fixture
def on_desktop(desktop: PrivateDisplay, monkeypatch: pytest.MonkeyPatch) -> PrivateDisplay:
    """The shared display, with this process's environment pointing at it."""
    for name in ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "XDG_SESSION_TYPE"):
        monkeypatch.setenv(name, desktop.environment[name])
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    return desktop
