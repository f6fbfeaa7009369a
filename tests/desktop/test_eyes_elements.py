"""Accessible elements of real applications."""

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from desktop_agent.core.desktop import Element, ElementTree, Window
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.protocols import Elements, Windows
from desktop_agent.desktop.elements import atspi, open_elements
from desktop_agent.desktop.windows import open_windows
from desktop_agent.evaluation.display import PrivateDisplay
from tests.desktop.helpers import close_app, open_app, qt_command, wait_until


@pytest.fixture
def elements(on_desktop: PrivateDisplay) -> Iterator[Elements]:
    elements = open_elements()
    yield elements
    elements.close()


@pytest.fixture
def windows(desktop: PrivateDisplay) -> Iterator[Windows]:
    windows = open_windows(desktop.name)
    yield windows
    windows.close()


@pytest.fixture
def opened(desktop: PrivateDisplay, windows: Windows) -> Iterator[Callable[[list[str], str], Window]]:
    """Opens a program and activates its window; closes them all afterwards."""
    found: list[Window] = []

    def open_it(command: list[str], title: str) -> Window:
        window = open_app(desktop, command, title)
        found.append(window)
        assert windows.activate(window.id)
        return window

    yield open_it
    for window in found:
        close_app(desktop, window)


Opener = Callable[[list[str], str], Window]


def tree_of(elements: Elements, window: Window) -> ElementTree:
    """Its tree, once the application is on the bus."""

    def look() -> ElementTree | None:
        try:
            return elements.tree(window)
        except Unavailable:
            return None

    return wait_until(look, what=f"the elements of {window.title}")


def focus_of(elements: Elements, window: Window) -> Element:
    tree_of(elements, window)
    return wait_until(lambda: elements.focused(window), what=f"a focus in {window.title}")


def named(elements: Elements, window: Window, name: str, role: str = "") -> Element | None:
    try:
        tree = elements.tree(window).elements
    except Unavailable:
        return None
    return next((each for each in tree if each.name == name and role in each.role), None)


def click(display: PrivateDisplay, point: Point) -> None:
    subprocess.run(
        ["xdotool", "mousemove", str(point.x), str(point.y), "click", "1"], env=display.environment, check=True
    )


def press(display: PrivateDisplay, *keys: str) -> None:
    subprocess.run(["xdotool", "key", *keys], env=display.environment, check=True)


def test_galculator_s_buttons_do_what_their_names_say(
    on_desktop: PrivateDisplay, elements: Elements, opened: Opener
) -> None:
    window = opened(["galculator"], "alculator")
    tree = tree_of(elements, window)
    assert not tree.capped
    buttons = {each.name: each for each in tree.elements if each.role == "toggle button"}
    for name in ("7", "*", "8", "="):
        assert window.region.encloses(buttons[name].region)
        assert elements.at(window, buttons[name].region.center) == buttons[name]
        click(on_desktop, buttons[name].region.center)
    display = next(each for each in tree.elements if each.role == "text")
    assert display.text == "0"
    wait_until(lambda: (now := elements.refresh(display)) is not None and now.text == "56")
    assert elements.text(display) == "56"


def test_mousepad_s_text_is_read_whole_and_shown_short(elements: Elements, opened: Opener, tmp_path: Path) -> None:
    text = "grüß dich, 世界 👋🏽\n\tתודה\n" + "long " * 100
    (tmp_path / "note.txt").write_text(text, "utf-8")
    window = opened(["mousepad", str(tmp_path / "note.txt")], "note.txt")
    focused = focus_of(elements, window)
    assert focused.role == "text"
    assert {"focused", "editable", "showing"} <= focused.states
    assert elements.text(focused) == text
    assert focused.text == text[:200] + "…"
    assert focused.pid == window.pid


def test_a_qt_text_edit_s_text_is_shown_long_or_short(
    on_desktop: PrivateDisplay, elements: Elements, opened: Opener
) -> None:
    window = opened(qt_command("Text window"), "Text window")
    notes = wait_until(lambda: named(elements, window, "Notes", "text"))
    click(on_desktop, notes.region.center)
    for keys, shown in ((["a", "b", "c"], "abc"), (["a"] * 220, "abc" + "a" * 197 + "…")):
        press(on_desktop, *keys)
        wait_until(lambda text=shown: (now := elements.refresh(notes)) is not None and now.text == text)


def test_an_open_menu_s_items_are_in_the_window_s_tree_and_in_the_popup_s(
    on_desktop: PrivateDisplay, elements: Elements, windows: Windows, opened: Opener
) -> None:
    for command, title, item_name in (
        (["mousepad"], "Mousepad", "Save As..."),
        (qt_command("Menu window"), "Menu window", "Save copy"),
    ):
        window = opened(command, title)
        menu = wait_until(lambda window=window: named(elements, window, "File", "menu"))
        assert named(elements, window, item_name) is None
        click(on_desktop, menu.region.center)
        item = wait_until(lambda window=window, name=item_name: named(elements, window, name))
        popup = wait_until(lambda: next((each for each in windows.stacking() if each.popup), None))
        assert popup.pid == window.pid
        assert popup.frame.contains(item.region.center)
        assert windows.at(item.region.center) == popup
        assert [each.ref for each in elements.tree(popup).elements if each.name == item_name] == [item.ref]
        at = elements.at(popup, item.region.center)
        assert at is not None
        assert at.ref == item.ref
        assert all(popup.frame.contains(each.region.center) for each in elements.tree(popup).elements)
        press(on_desktop, "Escape", "Escape")
        wait_until(lambda popup=popup: windows.get(popup.id) is None)
        assert elements.refresh(item) is None


def test_a_qt_window_has_names_roles_states_and_text(
    on_desktop: PrivateDisplay, elements: Elements, opened: Opener
) -> None:
    window = opened(qt_command("Qt elements"), "Qt elements")
    check = wait_until(lambda: named(elements, window, "Agree"))
    assert (check.role, "checked" in check.states) == ("check box", False)
    click(on_desktop, Point(check.region.x + 8, check.region.center.y))
    wait_until(lambda: (now := elements.refresh(check)) is not None and "checked" in now.states)
    line = named(elements, window, "Name")
    assert line is not None
    click(on_desktop, line.region.center)
    subprocess.run(["xdotool", "type", "hello"], env=on_desktop.environment, check=True)
    wait_until(lambda: elements.text(line) == "hello")
    focused = elements.focused(window)
    assert focused is not None
    assert (focused.ref, focused.text) == (line.ref, "hello")
    notes = named(elements, window, "Notes")
    assert notes is not None
    click(on_desktop, notes.region.center)
    wait_until(lambda: (now := elements.focused(window)) is not None and now.ref == notes.ref, what="the focus in it")
    at = elements.at(window, notes.region.center)
    assert at is not None
    assert at.ref == notes.ref  # and not the nameless viewport within


def test_passwords_are_not_read(on_desktop: PrivateDisplay, elements: Elements, opened: Opener) -> None:
    window = opened(qt_command("Qt password"), "Qt password")
    field = wait_until(lambda: named(elements, window, "Password"))
    assert field.role == "password text"
    click(on_desktop, field.region.center)
    wait_until(lambda: (focus := elements.focused(window)) is not None and focus.ref == field.ref)
    subprocess.run(["xdotool", "type", "geheim"], env=on_desktop.environment, check=True)
    press(on_desktop, "Tab")  # events come in order: once the focus has moved, the text was typed
    wait_until(lambda: (focus := elements.focused(window)) is not None and focus.ref != field.ref)
    now = elements.refresh(field)
    assert now is not None
    assert now.text == ""
    assert elements.text(field) is None


def test_xterm_exposes_nothing_and_that_is_said(elements: Elements, opened: Opener) -> None:
    window = opened(["xterm", "-T", "a terminal"], "a terminal")
    with pytest.raises(Unavailable, match="XTerm tells nothing") as error:
        elements.tree(window)
    assert error.value.hint


def test_two_windows_of_one_process_are_told_apart(
    on_desktop: PrivateDisplay, elements: Elements, windows: Windows, opened: Opener, tmp_path: Path
) -> None:
    (tmp_path / "one.txt").write_text("first text")
    (tmp_path / "two.txt").write_text("second text")
    one = opened(["mousepad", str(tmp_path / "one.txt")], "one.txt")
    two = open_app(on_desktop, ["mousepad", "-o", "window", str(tmp_path / "two.txt")], "two.txt")
    assert one.pid == two.pid
    for window, text in ((one, "first text"), (two, "second text")):
        tree = tree_of(elements, window).elements
        assert [each.text for each in tree if each.role == "text" and "editable" in each.states] == [text]


def test_an_element_that_is_gone_is_none(on_desktop: PrivateDisplay, elements: Elements) -> None:
    window = open_app(on_desktop, qt_command("Qt gone"), "Qt gone")
    button = wait_until(lambda: named(elements, window, "Press me"))
    close_app(on_desktop, window)
    assert elements.refresh(button) is None
    assert elements.text(button) is None
    with pytest.raises(Unavailable):
        elements.tree(window)


def test_an_application_that_hangs_is_reported_in_time(
    elements: Elements, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = opened(qt_command("Qt hangs"), "Qt hangs")
    button = wait_until(lambda: named(elements, window, "Press me"))
    monkeypatch.setattr(atspi, "TREE_SECONDS", 0.3)
    os.kill(window.pid, signal.SIGSTOP)
    try:
        start = time.monotonic()
        with pytest.raises(Unavailable, match="does not answer"):
            elements.tree(window)
        assert time.monotonic() - start < 3
    finally:
        os.kill(window.pid, signal.SIGCONT)
    wait_until(lambda: elements.refresh(button))
    assert named(elements, window, "Press me") is not None


def test_a_huge_tree_is_capped_and_says_so(elements: Elements, opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    window = opened(["galculator"], "alculator")
    whole = tree_of(elements, window)
    monkeypatch.setattr(atspi, "MAX_NODES", 20)
    part = elements.tree(window)
    assert part.capped
    assert 0 < len(part.elements) < len(whole.elements)


def test_several_threads_ask_at_once(elements: Elements, opened: Opener) -> None:
    window = opened(qt_command("Qt threads"), "Qt threads")
    expected = wait_until(lambda: named(elements, window, "Press me"))
    found: list[Element | None] = []
    threads = [
        threading.Thread(target=lambda: found.extend(named(elements, window, "Press me") for _ in range(5)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 20


def test_without_a_bus_the_person_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with PrivateDisplay("xvfb", size=(320, 240), manager=False, bus=False) as display:
        monkeypatch.setenv("DISPLAY", display.name)
        monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
        monkeypatch.setenv("XDG_RUNTIME_DIR", display.environment["XDG_RUNTIME_DIR"])
        with pytest.raises(Unavailable, match="accessibility bus") as error:
            open_elements()
        assert "at-spi2-core" in error.value.hint


def test_the_bus_dies_and_the_person_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with PrivateDisplay("xvfb", size=(800, 600), manager=False) as display:
        for name in ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"):
            monkeypatch.setenv(name, display.environment[name])
        elements = open_elements()
        window = open_app(display, qt_command("Qt busless", "10,10,300,200"), "Qt busless")
        wait_until(lambda: named(elements, window, "Press me"))
        for process in psutil.process_iter(["cmdline"]):
            line = " ".join(process.info["cmdline"] or ())
            if "dbus-daemon" in line and _runs_for(process, display):
                process.kill()
        with pytest.raises(Unavailable, match="accessibility bus"):
            elements.tree(window)
        elements.close()


def _runs_for(process: psutil.Process, display: PrivateDisplay) -> bool:
    try:
        return process.environ().get("XDG_RUNTIME_DIR") == display.environment["XDG_RUNTIME_DIR"]
    except psutil.Error:
        return False


def test_chromium_s_page_is_read_where_accessibility_is_on(
    on_desktop: PrivateDisplay, elements: Elements, windows: Windows, opened: Opener, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        "<title>Eyes page</title><button>Press <b>this</b></button><input aria-label=Field value=abc>"
        "<div style='height:200px;overflow:auto'><div style='height:3000px'></div><button>Far down</button></div>"
    )
    on_desktop.environment["ACCESSIBILITY_ENABLED"] = "1"
    try:
        flags = ["--no-sandbox", "--no-first-run", "--password-store=basic", "--force-renderer-accessibility"]
        window = opened(["chromium", *flags, f"--user-data-dir={tmp_path / 'profile'}", str(page)], "Chromium")
    finally:
        del on_desktop.environment["ACCESSIBILITY_ENABLED"]
    button = wait_until(lambda: named(elements, windows.get(window.id) or window, "Press this"), 30)
    window = windows.get(window.id) or window
    assert button.role == "push button"
    at = elements.at(window, button.region.center)
    assert at is not None
    assert at.ref == button.ref  # and not the text within
    field = named(elements, window, "Field")
    assert field is not None
    assert elements.text(field) == "abc"
    assert named(elements, window, "Far down") is None
    screen = Rect(0, 0, 1920, 1080)
    assert all(screen.encloses(each.region) for each in elements.tree(window).elements)


@pytest.mark.parametrize("factor", ["1.25", "2"])
def test_a_scaled_qt_window_s_elements_are_where_they_are_seen(
    factor: str,
    on_desktop: PrivateDisplay,
    elements: Elements,
    windows: Windows,
    opened: Opener,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    state = tmp_path / "state.json"
    monkeypatch.setitem(on_desktop.environment, "QT_SCALE_FACTOR", factor)
    window = opened(qt_command("Scaled window", geometry="101,77,333,271", state=state), "Scaled window")
    button = wait_until(lambda: named(elements, window, "Press me", "button"))
    corners = (
        Point(button.region.x + 2, button.region.y + 2),
        Point(button.region.right - 3, button.region.bottom - 3),
    )
    for count, point in enumerate(corners, 1):
        assert elements.at(window, point) == elements.refresh(button) == button
        click(on_desktop, point)
        wait_until(lambda count=count: json.loads(state.read_text())["clicks"] == count, what=f"click {count}")
    menu = wait_until(lambda: named(elements, window, "File", "menu"))
    click(on_desktop, menu.region.center)
    popup = wait_until(
        lambda: next((each for each in windows.stacking() if each.popup and each.pid == window.pid), None)
    )
    item = wait_until(lambda: named(elements, popup, "Save copy", "menu item"))
    assert popup.region.encloses(item.region)
    click(on_desktop, item.region.center)
    wait_until(lambda: json.loads(state.read_text())["menu"] == "Save copy")


def test_a_scaled_gtk_window_s_elements_are_where_they_are_seen(
    on_desktop: PrivateDisplay, elements: Elements, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(on_desktop.environment, "GDK_SCALE", "2")
    window = opened(["galculator"], "alculator")
    buttons = {each.name: each for each in tree_of(elements, window).elements if each.role == "toggle button"}
    for name in ("AC", "7", "*", "8", "="):
        region = buttons[name].region
        assert window.region.encloses(region)
        click(on_desktop, Point(region.right - 4, region.bottom - 4))
    display = next(each for each in tree_of(elements, window).elements if each.role == "text")
    wait_until(lambda: (now := elements.refresh(display)) is not None and now.text == "56")


def test_a_scaled_chromium_s_page_and_buttons_are_where_they_are_seen(
    on_desktop: PrivateDisplay,
    elements: Elements,
    windows: Windows,
    opened: Opener,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(on_desktop.environment, "ACCESSIBILITY_ENABLED", "1")
    page = tmp_path / "page.html"
    page.write_text(
        "<title>Start</title><button style='position:fixed; right:9px; bottom:9px'"
        " onclick='document.title=\"Pressed\"'>Press me</button>"
    )
    flags = ["--no-sandbox", "--no-first-run", "--password-store=basic", "--force-renderer-accessibility"]
    sized = ["--force-device-scale-factor=2", "--window-size=700,450", "--window-position=51,33"]
    window = opened(["chromium", *flags, *sized, f"--user-data-dir={tmp_path}/profile", page.as_uri()], "Start")
    button = wait_until(lambda: named(elements, window, "Press me", "button"))
    assert elements.at(window, button.region.center) == elements.refresh(button) == button
    click(on_desktop, Point(button.region.right - 4, button.region.bottom - 4))
    wait_until(lambda: "Pressed" in windows.get(window.id).title)
    reload_it = wait_until(lambda: named(elements, windows.get(window.id), "Reload", "button"))
    click(on_desktop, Point(reload_it.region.right - 6, reload_it.region.bottom - 6))
    wait_until(lambda: "Start" in windows.get(window.id).title)
