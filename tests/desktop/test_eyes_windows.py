"""Windows on real X servers, with and without a window manager."""

import os
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from Xlib import X
from Xlib.display import Display
from Xlib.ext import shape
from Xlib.protocol import event

from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.protocols import Windows
from desktop_agent.desktop.windows import open_windows
from desktop_agent.evaluation.display import PrivateDisplay
from tests.desktop.helpers import close_app, open_app, qt_command, wait_until, window_titled


@pytest.fixture
def client(desktop: PrivateDisplay) -> Iterator[Display]:
    """A connection to make windows with; they go with it."""
    display = Display(desktop.name)
    yield display
    display.close()


@pytest.fixture
def windows(desktop: PrivateDisplay) -> Iterator[Windows]:
    windows = open_windows(desktop.name)
    yield windows
    windows.close()


def make(
    display: Display, area: Rect, override: bool = True, title: str = "", window_class: int = X.InputOutput
) -> Any:
    """A mapped window of the test's own; `override`: no window manager handles it."""
    root = display.screen().root
    depth = 0 if window_class == X.InputOnly else X.CopyFromParent
    window = root.create_window(
        area.x, area.y, area.width, area.height, 0, depth, window_class, X.CopyFromParent, override_redirect=override
    )
    if title:
        window.set_wm_name(title)
    window.map()
    display.sync()
    return window


def test_a_window_s_place_process_and_names_are_right(desktop: PrivateDisplay, windows: Windows) -> None:
    process = desktop.start(qt_command("Placed window", "311,222,333,244"))
    window = wait_until(lambda: window_titled(windows, "Placed window"), 20)
    assert window.region == Rect(311, 222, 333, 244)
    assert window.frame.encloses(window.region)
    assert window.frame != window.region
    assert window.pid == process.pid
    assert not window.popup
    assert windows.get(window.id) == window
    close_app(desktop, window)
    assert windows.get(window.id) is None


def test_the_class_names_the_application_and_the_tray_s_bar_is_a_panel(
    desktop: PrivateDisplay, windows: Windows
) -> None:
    window = open_app(desktop, ["galculator"], "alculator")
    assert window.application == "Galculator"
    assert not window.panel
    panel = wait_until(lambda: next((each for each in windows.stacking() if each.application == "trayer"), None))
    assert panel.panel
    close_app(desktop, window)


def test_activating_raises_and_focuses(desktop: PrivateDisplay, windows: Windows) -> None:
    first = open_app(desktop, qt_command("First window", "100,100,400,300"), "First window")
    second = open_app(desktop, qt_command("Second window", "200,200,400,300"), "Second window")
    both = Point(300, 300)
    for window in (first, second, first):
        assert windows.activate(window.id)
        active, at = windows.active(), windows.at(both)
        assert active is not None
        assert active.id == window.id
        assert at is not None
        assert at.id == window.id
        order = [each.id for each in windows.stacking() if each.id in (first.id, second.id)]
        assert order[0] == window.id
    close_app(desktop, first)
    close_app(desktop, second)
    assert not windows.activate(first.id)


def test_the_frame_belongs_to_its_window(desktop: PrivateDisplay, windows: Windows) -> None:
    window = open_app(desktop, qt_command("Framed window", "500,500,300,200"), "Framed window")
    windows.activate(window.id)
    title_bar = Point(window.region.center.x, window.frame.y + 2)
    assert not window.region.contains(title_bar)
    assert windows.at(title_bar) == windows.get(window.id)
    close_app(desktop, window)


def ask_manager(desktop: PrivateDisplay, window: int, name: str, *data: int) -> None:
    """Send the window manager a client message about `window`."""
    display = Display(desktop.name)
    values = [*data, *[0] * (5 - len(data))]
    target = display.create_resource_object("window", window)
    message = event.ClientMessage(window=target, client_type=display.intern_atom(name), data=(32, values))
    display.screen().root.send_event(message, event_mask=X.SubstructureRedirectMask | X.SubstructureNotifyMask)
    display.sync()
    display.close()


def test_a_window_rolled_up_to_its_title_is_not_visible_but_takes_clicks(
    desktop: PrivateDisplay, windows: Windows, client: Display
) -> None:
    window = open_app(desktop, qt_command("Rolled up window", "600,650,300,200"), "Rolled up window")
    windows.activate(window.id)
    ask_manager(desktop, window.id, "_NET_WM_STATE", 1, client.intern_atom("_NET_WM_STATE_SHADED"))
    wait_until(lambda: windows.get(window.id) is None)
    assert window_titled(windows, "Rolled up window") is None
    at = windows.at(Point(window.frame.center.x, window.frame.y + 2))
    assert at is not None
    assert at.id == window.id
    close_app(desktop, window)


def test_a_minimised_window_is_left_out_and_comes_back(desktop: PrivateDisplay, windows: Windows) -> None:
    window = open_app(desktop, qt_command("Minimised window", "900,600,300,200"), "Minimised window")
    ask_manager(desktop, window.id, "WM_CHANGE_STATE", 3)  # ICCCM's IconicState
    wait_until(lambda: windows.get(window.id) is None)
    assert window_titled(windows, "Minimised window") is None
    assert windows.at(window.region.center) is None or windows.at(window.region.center).id != window.id
    assert windows.activate(window.id)
    assert windows.get(window.id) is not None
    close_app(desktop, window)


def test_a_popup_is_on_top_and_marked(client: Display, windows: Windows) -> None:
    popup = make(client, Rect(1200, 100, 80, 60))
    top = windows.at(Point(1210, 110))
    assert top is not None
    assert (top.id, top.popup, top.region) == (popup.id, True, Rect(1200, 100, 80, 60))
    assert windows.stacking()[0].id == popup.id


def test_the_process_is_the_server_s_knowledge_not_the_window_s_claim(client: Display, windows: Windows) -> None:
    popup = make(client, Rect(1200, 100, 80, 60))
    popup.change_property(client.intern_atom("_NET_WM_PID"), 6, 32, [1])
    client.sync()
    top = windows.at(Point(1210, 110))
    assert top is not None
    assert top.pid == os.getpid()


def test_clicks_fall_through_what_takes_no_input(client: Display, windows: Windows) -> None:
    below = make(client, Rect(1200, 100, 200, 200))
    above = make(client, Rect(1200, 100, 200, 200))
    above.shape_rectangles(shape.SO.Set, shape.SK.Input, 0, 0, 0, [])
    client.sync()
    at = windows.at(Point(1250, 150))
    assert at is not None
    assert at.id == below.id
    assert [each.id for each in windows.stacking()][:2] == [above.id, below.id]


def test_a_hole_in_a_window_lets_clicks_through(client: Display, windows: Windows) -> None:
    below = make(client, Rect(1200, 100, 200, 200))
    ring = make(client, Rect(1200, 100, 200, 200))
    ring.shape_rectangles(shape.SO.Set, shape.SK.Bounding, 0, 0, 0, [{"x": 0, "y": 0, "width": 200, "height": 10}])
    client.sync()
    hole, rim = windows.at(Point(1250, 150)), windows.at(Point(1250, 105))
    assert hole is not None
    assert rim is not None
    assert (hole.id, rim.id) == (below.id, ring.id)


def test_an_invisible_window_that_takes_clicks_is_seen(client: Display, windows: Windows) -> None:
    trap = make(client, Rect(1200, 100, 200, 200), window_class=X.InputOnly)
    at = windows.at(Point(1250, 150))
    assert at is not None
    assert at.id == trap.id
    assert trap.id not in [each.id for each in windows.stacking()]


def test_a_title_cannot_break_its_line(client: Display, windows: Windows) -> None:
    popup = make(client, Rect(1200, 100, 80, 60))
    popup.change_text_property(
        client.intern_atom("_NET_WM_NAME"), client.intern_atom("UTF8_STRING"), "Bank\n\u202eApprove 世界".encode()
    )
    client.sync()
    at = windows.at(Point(1210, 110))
    assert at is not None
    assert at.title == "Bank Approve 世界"


def test_properties_of_the_wrong_kind_do_no_harm(client: Display, windows: Windows) -> None:
    popup = make(client, Rect(1200, 100, 80, 60))
    utf8 = client.intern_atom("UTF8_STRING")
    for name in ("WM_CLASS", "_NET_WM_NAME", "WM_NAME"):
        popup.change_property(client.intern_atom(name), utf8, 8, b"\xff\xfe\x00\xc3")
    for name in ("_NET_WM_PID", "WM_TRANSIENT_FOR", "_NET_WM_STATE", "_NET_WM_WINDOW_TYPE"):
        popup.change_property(client.intern_atom(name), utf8, 8, b"x")
    client.sync()
    at = windows.at(Point(1210, 110))
    assert at is not None
    assert (at.id, at.parent) == (popup.id, 0)
    for name in ("WM_CLASS", "_NET_WM_NAME"):
        popup.change_property(client.intern_atom(name), 6, 32, [1, 2, 3])
    client.sync()
    assert windows.stacking()[0].id == popup.id


def test_the_bare_desktop_and_off_the_screen_have_no_window(windows: Windows) -> None:
    assert windows.at(Point(-5, -5)) is None
    assert windows.at(Point(5000, 5000)) is None
    assert windows.at(Point(1700, 1000)) is None
    assert windows.get(0x7FFFFFFF) is None


def test_windows_that_vanish_meanwhile_are_left_out(desktop: PrivateDisplay, windows: Windows) -> None:
    steady = Display(desktop.name)
    kept = make(steady, Rect(1000, 900, 50, 50))
    done = threading.Event()
    made = 0

    def churn() -> None:
        nonlocal made
        display = Display(desktop.name)
        while not done.is_set():
            batch = [make(display, Rect(1200 + 10 * n, 100, 80, 60), title=f"w{n}") for n in range(5)]
            for each in batch:
                each.destroy()
            display.sync()
            made += len(batch)
        display.close()

    thread = threading.Thread(target=churn)
    thread.start()
    try:
        wait_until(lambda: made > 20)
        for _ in range(60):
            assert kept.id in [each.id for each in windows.stacking()]
            windows.at(Point(1210, 110))
            windows.active()
    finally:
        done.set()
        thread.join()
        steady.close()


def test_several_threads_share_one_connection(client: Display, windows: Windows) -> None:
    popup = make(client, Rect(1200, 100, 80, 60))
    found: list[int] = []

    def look() -> None:
        for _ in range(20):
            at = windows.at(Point(1210, 110))
            found.append(at.id if at else 0)
            windows.stacking()

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [popup.id] * 80


def test_without_a_window_manager_and_after_the_server_went_away() -> None:
    with PrivateDisplay("xvfb", size=(800, 600), manager=False, bus=False) as display:
        windows = open_windows(display.name)
        client = Display(display.name)
        first = make(client, Rect(10, 10, 200, 100), override=False, title="first")
        second = make(client, Rect(50, 50, 200, 100), override=False, title="second")
        assert [each.title for each in windows.stacking()] == ["second", "first"]
        assert windows.activate(first.id)
        at, active = windows.at(Point(60, 60)), windows.active()
        assert at is not None
        assert active is not None
        assert at.id == active.id == first.id
        assert windows.activate(second.id)
        assert [each.title for each in windows.stacking()] == ["second", "first"]
        client.close()
    with pytest.raises(Unavailable, match="display"):
        windows.stacking()
    windows.close()
