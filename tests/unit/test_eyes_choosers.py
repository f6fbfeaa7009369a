"""Everywhere the choosers import, and where a capability is missing they say so."""

import subprocess
import sys
from collections.abc import Callable

import pytest

from desktop_agent.core.errors import Unavailable
from desktop_agent.desktop.apps import open_launcher
from desktop_agent.desktop.clipboard import open_clipboard
from desktop_agent.desktop.devices import watch_devices
from desktop_agent.desktop.elements import open_elements
from desktop_agent.desktop.elements.roles import ROLES, STATES, role_name, state_names
from desktop_agent.desktop.keyboard import open_keyboard
from desktop_agent.desktop.pointer import open_pointer
from desktop_agent.desktop.screen import open_screen
from desktop_agent.desktop.windows import open_windows

HEAVY = ("mss", "Xlib", "jeepney", "numpy", "PIL", "rapidocr", "onnxruntime", "keyring", "psutil")


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("nowhere")
@pytest.mark.parametrize("chooser", [open_screen, open_windows, open_elements])
def test_without_a_display_the_person_is_told_what_to_do(chooser: object) -> None:
    with pytest.raises(Unavailable) as error:
        chooser()  # type: ignore[operator]
    assert error.value.hint


@pytest.mark.usefixtures("nowhere")
@pytest.mark.parametrize("chooser", [open_screen, open_windows])
@pytest.mark.parametrize("variable", [("WAYLAND_DISPLAY", "wayland-0"), ("XDG_SESSION_TYPE", "wayland")])
def test_wayland_is_refused_even_with_a_display(
    chooser: object, variable: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":77")
    monkeypatch.setenv(*variable)
    with pytest.raises(Unavailable, match="Wayland") as error:
        chooser()  # type: ignore[operator]
    assert "X11" in error.value.hint


@pytest.mark.parametrize("chooser", [open_windows, open_elements, open_launcher])
def test_other_platforms_say_not_supported_yet(chooser: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(Unavailable, match="not supported yet on win32"):
        chooser()  # type: ignore[operator]


@pytest.mark.parametrize(
    "choose",
    [
        lambda: open_clipboard(":1"),
        lambda: watch_devices(":1", print, lambda: None, print, (), lambda *_: False),
    ],
)
def test_what_the_hands_open_says_so_too(choose: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(Unavailable, match="not supported yet on win32"):
        choose()


@pytest.mark.parametrize("choose", [open_pointer, open_keyboard])
def test_under_x11_pointer_and_keyboard_belong_to_the_hands(choose: Callable[[], object]) -> None:
    with pytest.raises(Unavailable, match="hands process"):
        choose()


def test_importing_the_eyes_imports_nothing_heavy() -> None:
    modules = "screen, windows, elements, ocr, apps, settle, probe, x11, screen.x11, screen.other, windows.x11"
    modules += ", clipboard, devices, pointer, keyboard"
    modules += ", elements.atspi, ocr.reader, ocr.worker, apps.xdg, probe.session, probe.machine"
    code = f"import sys; {'; '.join(f'import desktop_agent.desktop.{name.strip()}' for name in modules.split(','))}; "
    code += f"print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PATH": ""})
    assert done.stdout.strip() == "[]"


def test_role_and_state_tables_agree_with_the_header() -> None:
    """Numbers from at-spi2-core's atspi-constants.h."""
    numbers = {7: "check box", 23: "frame", 29: "label", 35: "menu item", 40: "password text", 43: "push button"}
    numbers |= {61: "text", 62: "toggle button", 79: "entry", 88: "link", 95: "document web", 116: "static"}
    assert {number: ROLES[number] for number in numbers} == numbers
    assert len(ROLES) == 131
    assert len(STATES) == 44
    assert role_name(9999) == "unknown"
    assert state_names([1 << 12 | 1 << 25, 1 << 9]) == {"focused", "showing", "checkable"}
    assert state_names([]) == frozenset()
