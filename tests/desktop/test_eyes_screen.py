"""Capture on real X servers."""

import threading

import pytest
from Xlib.display import Display

from desktop_agent.core.errors import CaptureFailed, Unavailable, UsageError
from desktop_agent.core.geometry import Rect
from desktop_agent.desktop.screen import open_screen
from desktop_agent.evaluation.display import PrivateDisplay
from tests.desktop.helpers import wait_until


def paint(display: Display, area: Rect, color: int) -> None:
    root = display.screen().root
    window = root.create_window(
        area.x, area.y, area.width, area.height, 0, 0, override_redirect=True, background_pixel=color
    )
    window.map()
    display.sync()


def test_pixels_are_where_and_what_they_are_on_the_screen(desktop: PrivateDisplay) -> None:
    client, screen = Display(desktop.name), open_screen(desktop.name)
    paint(client, Rect(1500, 800, 100, 50), 0x0C2238)
    shot = screen.grab(Rect(1499, 799, 102, 52))
    assert (shot.region, shot.image.width, shot.image.height) == (Rect(1499, 799, 102, 52), 102, 52)
    inside = shot.image.crop(Rect(1, 1, 100, 50)).bgra
    assert {inside[i : i + 3] for i in range(0, len(inside), 4)} == {bytes((0x38, 0x22, 0x0C))}
    assert shot.image.bgra[:3] != bytes((0x38, 0x22, 0x0C))
    client.close()
    screen.close()


def test_a_region_is_clipped_to_the_desktop(desktop: PrivateDisplay) -> None:
    screen = open_screen(desktop.name)
    assert screen.grab(Rect(-50, -20, 100, 60)).region == Rect(0, 0, 50, 40)
    assert screen.grab(Rect(1900, 1000, 500, 500)).region == Rect(1900, 1000, 20, 80)
    screen.close()


@pytest.mark.parametrize("region", [Rect(5000, 0, 10, 10), Rect(-10, 0, 10, 10), Rect(0, 0, 0, 10), Rect(5, 5, 5, -1)])
def test_a_region_off_the_screen_or_empty_is_wrong_usage(desktop: PrivateDisplay, region: Rect) -> None:
    screen = open_screen(desktop.name)
    with pytest.raises(UsageError) as error:
        screen.grab(region)
    assert error.value.hint
    screen.close()


def test_each_screenshot_has_an_id_of_its_own(desktop: PrivateDisplay) -> None:
    one, other = open_screen(desktop.name), open_screen(desktop.name)
    ids = [screen.grab(Rect(0, 0, 8, 8)).id for screen in (one, one, other, other)]
    assert len(set(ids)) == 4
    one.close()
    other.close()


def test_several_threads_grab_at_once(desktop: PrivateDisplay) -> None:
    client, screen = Display(desktop.name), open_screen(desktop.name)
    for number in range(4):
        paint(client, Rect(100 * number, 900, 100, 100), 0x101010 * (number + 1))
    wrong: list[int] = []

    def look(number: int) -> None:
        for _ in range(50):
            image = screen.grab(Rect(100 * number, 900, 100, 100)).image
            if set(image.bgra[0::4]) != {0x10 * (number + 1)}:
                wrong.append(number)

    threads = [threading.Thread(target=look, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    client.close()
    screen.close()


def test_two_monitors_hot_plugged_with_the_primary_off_the_origin() -> None:
    with PrivateDisplay("dummy", manager=False, bus=False) as display:
        screen = open_screen(display.name)
        before = screen.layout()
        screen.grab(before.bounds)
        display.two_monitors()
        after = wait_until(lambda: layout if len((layout := screen.layout()).monitors) == 2 else None)
        assert after.id != before.id
        places = {each.name: (each.region, each.primary) for each in after.monitors}
        assert places == {"LEFT": (Rect(0, 0, 1280, 1024), False), "RIGHT": (Rect(1280, 0, 1920, 1080), True)}
        assert screen.layout().id == after.id
        shot = screen.grab(after.bounds)
        assert (shot.image.width, shot.image.height, shot.layout_id) == (3200, 1080, after.id)
        client = Display(display.name)
        paint(client, Rect(1270, 500, 20, 20), 0xABCDEF)
        across = bytes(screen.grab(Rect(1270, 500, 20, 20)).image.bgra)
        assert {across[i : i + 3] for i in range(0, len(across), 4)} == {bytes((0xEF, 0xCD, 0xAB))}
        with pytest.raises(UsageError, match="off the screen"):
            screen.grab(Rect(100, 1030, 50, 40))  # below the left monitor: inside the bounds, on no monitor
        client.close()
        screen.close()


def test_a_server_that_went_away_is_told() -> None:
    with PrivateDisplay("xvfb", size=(640, 480), manager=False, bus=False) as display:
        screen = open_screen(display.name)
        layout = screen.layout()
        screen.grab(layout.bounds)
    with pytest.raises(Unavailable):
        screen.grab(layout.bounds)
    with pytest.raises(CaptureFailed, match="could not be read"):
        screen._capture.grab(layout.bounds, layout)  # the capture's own connection is broken too
    screen.close()


def test_the_person_s_scaling_is_read(desktop: PrivateDisplay) -> None:
    from Xlib import Xatom

    client, screen = Display(desktop.name), open_screen(desktop.name)
    root = client.screen().root
    before = root.get_full_property(Xatom.RESOURCE_MANAGER, 0)
    try:
        for resources, scale in (("Xft.dpi:\t144\n", 1.5), ("Xft.dpi: nonsense\n", 1.0), ("Xft.dpi: -1\n", 1.0)):
            root.change_property(Xatom.RESOURCE_MANAGER, Xatom.STRING, 8, resources.encode())
            client.sync()
            assert screen.layout().monitors[0].scale == scale
    finally:
        if before is None:
            root.delete_property(Xatom.RESOURCE_MANAGER)
        else:
            root.change_property(Xatom.RESOURCE_MANAGER, Xatom.STRING, 8, before.value)
        client.close()
        screen.close()
