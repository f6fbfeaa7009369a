"""Looks at the graphical session."""

import contextlib
import sys
import time
from collections.abc import Iterator, Mapping
from typing import Any

from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Rect
from desktop_agent.desktop import x11
from desktop_agent.desktop.elements import address
from desktop_agent.desktop.elements.bus import Bus, BusError, Call, get_property
from desktop_agent.desktop.probe.check import Look, Status

ANSWER_SECONDS = 0.3
_TURN_ON = "Run: gsettings set org.gnome.desktop.interface toolkit-accessibility true, and start the applications anew."
_WATCHER = "org.kde.StatusNotifierWatcher"


def _display(environment: Mapping[str, str]) -> tuple[Status, str, str]:
    if sys.platform != "linux":
        return "limited", f"Acting is not supported yet on {sys.platform}.", "Use Linux with an X11 session for now."
    if x11.is_wayland(environment):
        message = "This is a Wayland session: programs can't act there, and its X11 display shows only some windows."
        return "missing", message, x11.WAYLAND_HINT
    with _connected(environment) as display:
        size = display.screen().root.get_geometry()
        return "ok", f"X11 display {environment['DISPLAY']}, {size.width}×{size.height} pixels.", ""


def _capture(environment: Mapping[str, str]) -> tuple[Status, str, str]:
    from desktop_agent.desktop.screen import open_screen

    if sys.platform == "linux" and x11.is_wayland(environment):
        return "missing", "A Wayland session lets no program read the screen.", x11.WAYLAND_HINT
    screen = open_screen(_display_name(environment) if sys.platform == "linux" else "")
    with contextlib.closing(screen):
        monitors = screen.layout().monitors
        first = monitors[0].region
        screen.grab(Rect(first.x, first.y, 8, 8))
    listed = ", ".join(f"{each.name} {each.region.width}×{each.region.height}" for each in monitors)
    return "ok", f"The screen can be read: {listed}.", ""


def _manager(environment: Mapping[str, str]) -> tuple[Status, str, str]:
    with _connected(environment) as display:
        check = x11.numbers(display.screen().root, "_NET_SUPPORTING_WM_CHECK")
        name = x11.text(display.create_resource_object("window", check[0]), "_NET_WM_NAME") if check else ""
    if not check:
        return "limited", "No window manager runs: windows can't be moved, and menus may stay behind.", "Start one."
    return "ok", f"{name or 'A window manager'} runs.", ""


def _accessibility(environment: Mapping[str, str]) -> tuple[Status, str, str]:
    bus = address.connect(environment.get("DISPLAY", ""), environment)
    with contextlib.closing(bus):
        deadline = time.monotonic() + ANSWER_SECONDS
        found = bus.call(
            Call(
                "org.a11y.atspi.Registry",
                "/org/a11y/atspi/accessible/root",
                "org.a11y.atspi.Accessible",
                "GetChildren",
                "a(so)",
            ),
            deadline,
        )
    count = len(found[0]) if found else 0
    if not _accessibility_on(environment):
        message = f"The bus is there with {count} applications; Qt and Chromium don't use it, because it is turned off."
        return "limited", message, _TURN_ON
    return "ok", f"The bus is there with {count} applications.", ""


def _accessibility_on(environment: Mapping[str, str]) -> bool:
    with contextlib.suppress(BusError):
        bus = Bus(address.session_address(environment))
        with contextlib.closing(bus):
            call = get_property("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Status", "IsEnabled")
            answer = bus.call(call, time.monotonic() + ANSWER_SECONDS)
            return bool(answer and answer[0][1])
    return False


def _tray(environment: Mapping[str, str]) -> tuple[Status, str, str]:
    with _connected(environment) as display:
        owner = display.get_selection_owner(display.intern_atom(f"_NET_SYSTEM_TRAY_S{display.get_default_screen()}"))
    if owner:
        return "ok", "A tray takes icons.", ""
    if _has_owner(environment, _WATCHER):
        return "ok", "A tray takes icons (StatusNotifierItem).", ""
    return "limited", "There is no tray: the chat window opens instead.", "Start a panel with a tray, such as trayer."


def _has_owner(environment: Mapping[str, str], name: str) -> bool:
    with contextlib.suppress(BusError):
        bus = Bus(address.session_address(environment))
        with contextlib.closing(bus):
            call = Call(
                "org.freedesktop.DBus",
                "/org/freedesktop/DBus",
                "org.freedesktop.DBus",
                "NameHasOwner",
                "b",
                "s",
                (name,),
            )
            answer = bus.call(call, time.monotonic() + ANSWER_SECONDS)
            return bool(answer and answer[0])
    return False


def _display_name(environment: Mapping[str, str]) -> str:
    name = environment.get("DISPLAY", "")
    if not name:
        raise Unavailable("There is no X11 display: DISPLAY is not set.", x11.NO_DISPLAY_HINT)
    return name


@contextlib.contextmanager
def _connected(environment: Mapping[str, str]) -> Iterator[Any]:
    display = x11.open_display(_display_name(environment))
    try:
        yield display
    finally:
        display.close()


LOOKS: dict[str, Look] = {
    "display": _display,
    "screen capture": _capture,
    "window manager": _manager,
    "accessibility": _accessibility,
    "tray": _tray,
}
