"""The probe on displays that have everything, little, or nothing."""

import time

import pytest

from desktop_agent.desktop.probe import Check, probe
from desktop_agent.desktop.probe import session as session_looks
from desktop_agent.evaluation.display import PrivateDisplay
from tests.desktop.helpers import wait_until

NAMES = {
    "display", "screen capture", "window manager", "accessibility", "tray", "keyring", "tkinter", "OCR", "llama.cpp",
    "memory", "graphics", "pyautogui",
}  # fmt: skip


def by_name(checks: tuple[Check, ...]) -> dict[str, Check]:
    return {each.name: each for each in checks}


def test_a_full_desktop_is_found_in_under_a_second(on_desktop: PrivateDisplay) -> None:
    wait_until(lambda: by_name(probe(on_desktop.environment))["tray"].status == "ok")
    start = time.monotonic()
    checks = by_name(probe(on_desktop.environment))
    assert time.monotonic() - start < 1
    assert set(checks) == NAMES
    for name in ("display", "screen capture", "window manager", "tray", "OCR", "llama.cpp"):
        assert checks[name].status == "ok", checks[name]
    assert "1920×1080" in checks["display"].message
    assert "Openbox" in checks["window manager"].message
    assert checks["accessibility"].status in ("ok", "limited")
    assert all(each.hint for each in checks.values() if each.status != "ok")
    assert all(each.message.endswith(".") for each in checks.values())


def test_a_bare_server_lacks_manager_tray_and_accessibility(monkeypatch: pytest.MonkeyPatch) -> None:
    with PrivateDisplay("xvfb", size=(640, 480), manager=False, bus=False) as display:
        for name in ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS"):
            monkeypatch.delenv(name, raising=False)
        checks = by_name(probe(display.environment))
    assert checks["display"].status == "ok"
    assert checks["screen capture"].status == "ok"
    assert checks["window manager"].status == "limited"
    assert checks["tray"].status == "limited"
    assert checks["accessibility"].status == "missing"
    assert "at-spi2-core" in checks["accessibility"].hint


def test_no_display_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":99999")  # must not be looked at
    checks = by_name(probe({}))
    for name in ("display", "screen capture", "window manager", "tray", "accessibility"):
        assert checks[name].status == "missing"
        assert checks[name].hint
    assert "DISPLAY is not set" in checks["display"].message
    assert "not supported yet" in checks["pyautogui"].message


def test_a_display_that_nobody_serves() -> None:
    check = by_name(probe({"DISPLAY": ":99999"}))["display"]
    assert (check.status, ":99999" in check.message) == ("missing", True)


@pytest.mark.parametrize("extra", [{"WAYLAND_DISPLAY": "wayland-0"}, {"XDG_SESSION_TYPE": "wayland"}])
def test_wayland_is_refused_even_with_a_display(on_desktop: PrivateDisplay, extra: dict[str, str]) -> None:
    checks = by_name(probe({**on_desktop.environment, **extra}))
    for name in ("display", "screen capture"):
        assert checks[name].status == "missing"
        assert "Wayland" in checks[name].message
        assert "X11" in checks[name].hint


def test_a_keyring_that_keeps_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring
    from keyring.backends.fail import Keyring

    monkeypatch.setattr(keyring, "get_keyring", Keyring)
    check = by_name(probe({}))["keyring"]
    assert check.status == "missing"
    assert "keyring" in check.hint


def test_a_look_that_breaks_does_not_hide_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> None:
        raise RuntimeError("surprise")

    monkeypatch.setitem(session_looks.LOOKS, "display", broken)
    checks = by_name(probe({}))
    assert checks["display"].status == "missing"
    assert "surprise" in checks["display"].message
    assert checks["memory"].message
