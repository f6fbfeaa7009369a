"""The hands' mouse on a real X server: what is checked before, under and after a press."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_agent.core.actions import Click, Drag, Expectation, Move, Scroll
from desktop_agent.core.errors import Refused, TargetChanged
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.images import Image
from desktop_agent.desktop.windows import open_windows
from desktop_agent.evaluation.display import PrivateDisplay
from tests.desktop.hands_support import (
    Connect,
    PlainWindow,
    at,
    closing,
    connect_fixture,  # noqa: F401 # found by name
    connecting,
    expecting,
)
from tests.desktop.helpers import wait_until

BLUE = 0x336699


@pytest.fixture
def plain(on_desktop: PrivateDisplay, tmp_path: Path) -> Iterator[PlainWindow]:
    window = PlainWindow(on_desktop, tmp_path, "Hands target")
    with closing(window):
        yield window


def test_clicks_arrive_with_their_button_and_count(connect: Connect, plain: PlainWindow) -> None:
    client = connect()
    client.acquire("test")
    point = at(plain.window, 20, 30)
    for click in (Click(point), Click(point, "middle"), Click(point, "right"), Click(point, count=2)):
        assert client.perform([click], expecting(plain.window)).astray == ""
    wait_until(lambda: plain.count("release 1") == 3)
    assert [line.split()[1] for line in plain.lines if line.startswith("press")] == ["1", "2", "3", "1", "1"]
    assert plain.lines[0] == "press 1 20,30"


def test_the_wheel_turns_by_notches(connect: Connect, plain: PlainWindow) -> None:
    client = connect()
    client.acquire("test")
    point = at(plain.window, 5, 5)
    client.perform(
        [Scroll(point, "down", 3), Scroll(point, "up", 2), Scroll(point, "left", 1)], expecting(plain.window)
    )
    wait_until(lambda: plain.count("release 6") == 1)
    assert (plain.count("press 5"), plain.count("press 4"), plain.count("press 7")) == (3, 2, 0)


def test_a_drag_moves_in_steps_and_ends_where_it_should(connect: Connect, plain: PlainWindow) -> None:
    client = connect()
    client.acquire("test")
    client.perform([Drag(at(plain.window, 10, 10), at(plain.window, 200, 120))], expecting(plain.window))
    wait_until(lambda: plain.count("release 1") == 1)
    assert plain.lines[0] == "press 1 10,10"
    assert plain.lines[-1] == "release 1 200,120"
    assert plain.count("motion") >= 5


def test_modifiers_are_down_while_the_mouse_acts_and_up_afterwards(connect: Connect, plain: PlainWindow) -> None:
    client = connect()
    client.acquire("test")
    start, end = at(plain.window, 10, 10), at(plain.window, 200, 120)
    held = ("ctrl", "shift")
    inputs = [Click(start, keys=held), Scroll(start, "down", 2, held), Drag(start, end, keys=held), Click(start)]
    client.perform(inputs, expecting(plain.window))
    wait_until(lambda: plain.count("release 1") == 3)
    of_mouse = [line for line in plain.lines if not line.startswith("key ")]
    *with_keys, press, release = of_mouse
    assert {line.partition(" shift ctrl")[1] for line in with_keys} == {" shift ctrl"}
    assert [line.split()[:2] for line in with_keys if not line.startswith("motion")] == [
        *[["press", "1"], ["release", "1"]],
        *[["press", "5"], ["release", "5"]] * 2,
        *[["press", "1"], ["release", "1"]],
    ]
    assert (press, release) == ("press 1 10,10", "release 1 10,10")


def test_a_drag_onto_another_window_is_refused_unless_it_was_expected(
    connect: Connect, plain: PlainWindow, on_desktop: PrivateDisplay, tmp_path: Path
) -> None:
    client = connect()
    client.acquire("test")
    other = PlainWindow(on_desktop, tmp_path, "Hands drop", "--geometry", "800,500,200,200")
    drag = Drag(at(plain.window, 10, 10), at(other.window, 50, 50))
    with closing(other):
        with pytest.raises(TargetChanged):
            client.perform([drag], expecting(plain.window))
        assert plain.lines == []
        client.perform([drag], expecting(plain.window, end_window=other.window.id))
        wait_until(lambda: plain.count("release 1") == 1)


def test_hovering_presses_nothing(connect: Connect, plain: PlainWindow) -> None:
    client = connect()
    client.acquire("test")
    client.perform([Move(at(plain.window, 40, 40))], expecting(plain.window))
    from desktop_agent.desktop import x11

    display = x11.open_display(plain.display.name)
    pointer = display.screen().root.query_pointer()
    display.close()
    assert Point(pointer.root_x, pointer.root_y) == at(plain.window, 40, 40)
    assert plain.lines == []


def test_a_window_that_came_in_between_is_not_clicked(
    connect: Connect, plain: PlainWindow, on_desktop: PrivateDisplay, tmp_path: Path
) -> None:
    client = connect()
    client.acquire("test")
    cover = PlainWindow(on_desktop, tmp_path, "Hands cover", "--geometry", "320,220,150,100")
    with closing(cover):
        with pytest.raises(TargetChanged, match=r"“Hands target” was expected.*“Hands cover”"):
            client.perform([Click(Point(380, 260))], expecting(plain.window))
        assert plain.lines == cover.lines == []


@pytest.mark.parametrize("change", ["moved", "process", "gone", "desktop"])
def test_any_difference_means_no_click(connect: Connect, plain: PlainWindow, change: str) -> None:
    client = connect()
    client.acquire("test")
    seen = expecting(plain.window)
    changed: dict[str, Expectation] = {
        "moved": replace(seen, frame=seen.frame.moved(1, 0)),
        "process": replace(seen, pid=1),
        "gone": replace(seen, window=0x3FFFFFF),
        "desktop": Expectation(0, 0, Rect(0, 0, 0, 0)),
    }
    with pytest.raises(TargetChanged):
        client.perform([Click(at(plain.window, 10, 10))], changed[change])
    assert plain.lines == []


def test_the_pixels_that_were_seen_are_compared(connect: Connect, plain: PlainWindow) -> None:
    client = connect()
    client.acquire("test")
    point = at(plain.window, 100, 100)
    region = Rect.around(point, 64)
    blue = Image(64, 64, (BLUE.to_bytes(3, "little") + b"\0") * (64 * 64))
    red = Image(64, 64, b"\x00\x00\xff\x00" * (64 * 64))
    with pytest.raises(TargetChanged, match="has changed"):
        client.perform([Click(point)], expecting(plain.window, patch_region=region, patch=red))
    assert plain.lines == []
    client.perform([Click(point)], expecting(plain.window, patch_region=region, patch=blue))
    wait_until(lambda: plain.count("press 1") == 1)


def test_our_own_windows_are_refused_whoever_named_them(connect: Connect, plain: PlainWindow) -> None:
    client = connect()
    client.acquire("test")
    connect("watch", own_pids=[plain.window.pid])
    assert plain.window.pid in client.own_pids()
    with pytest.raises(Refused, match="Desktop Agent itself"):
        client.perform([Click(at(plain.window, 10, 10))], expecting(plain.window))
    assert plain.lines == []


@pytest.mark.parametrize("manager", [False, True], ids=["bare", "openbox"])
def test_no_click_goes_astray_unreported_while_a_window_flips_over_the_target(manager: bool, tmp_path: Path) -> None:
    with PrivateDisplay("xvfb", manager=manager, bus=False) as display, connecting(display.name) as connect:
        target = PlainWindow(display, tmp_path, "Hands target")
        decoy = PlainWindow(display, tmp_path, "Hands decoy", "--plain", "--flip", "--geometry", "290,190,330,330")
        client = connect()
        client.acquire("test")
        refused = astray = unreported = 0
        until = time.monotonic() + 4
        with closing(target, decoy):
            while time.monotonic() < until:
                before = decoy.count("press 1")
                try:
                    report = client.perform([Click(Point(400, 300))], expecting(target.window))
                except TargetChanged:
                    refused += 1
                    continue
                time.sleep(0.02)  # nothing to poll for: the press must not arrive
                wrong = decoy.count("press 1") - before
                astray += wrong
                unreported += bool(wrong and not report.astray)
            assert refused > 10
            assert target.count("press 1") > 10
            assert unreported == 0
            assert manager or astray == 0


def test_a_window_closed_by_its_own_button_is_no_error(connect: Connect, plain: PlainWindow) -> None:
    client = connect()
    client.acquire("test")
    windows = open_windows(plain.display.name)
    client.perform([Click(Point(plain.window.frame.right - 12, plain.window.frame.y + 10))], expecting(plain.window))
    wait_until(lambda: windows.get(plain.window.id) is None)
    windows.close()


def test_where_the_pointer_cannot_go_nothing_is_pressed(tmp_path: Path) -> None:
    """Part of the desktop that no output shows: the X server keeps the pointer within the dummy's 1920 pixels."""
    with PrivateDisplay("dummy", bus=False) as display, connecting(display.name) as connect:
        display.two_monitors()
        window = PlainWindow(display, tmp_path, "Hands beyond", "--geometry", "2200,300,200,200")
        with closing(window):
            client = connect()
            client.acquire("test")
            with pytest.raises(TargetChanged, match="the pointer can't be moved there"):
                client.perform([Click(at(window.window, 50, 50))], expecting(window.window))
            assert window.lines == []
