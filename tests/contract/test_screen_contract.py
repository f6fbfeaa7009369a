"""What every screen handler keeps to. mss reads X11 too, so the handler for other systems runs here as well."""

import time
from collections.abc import Iterator

import pytest

from desktop_agent.core.errors import UsageError
from desktop_agent.core.geometry import Rect
from desktop_agent.core.protocols import Screen
from desktop_agent.desktop.screen.other import OtherScreen
from desktop_agent.desktop.screen.x11 import X11Screen
from desktop_agent.evaluation.display import PrivateDisplay


@pytest.fixture(scope="module")
def display() -> Iterator[PrivateDisplay]:
    with PrivateDisplay("xvfb", size=(800, 600), manager=False, bus=False) as display:
        yield display


@pytest.fixture(params=[X11Screen, OtherScreen])
def screen(
    request: pytest.FixtureRequest, display: PrivateDisplay, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Screen]:
    monkeypatch.setenv("DISPLAY", display.name)
    screen = request.param()
    yield screen
    screen.close()


def test_the_layout_has_one_primary_monitor_and_a_steady_id(screen: Screen) -> None:
    layout = screen.layout()
    assert [each.primary for each in layout.monitors].count(True) == 1
    assert all(each.name and each.scale > 0 for each in layout.monitors)
    assert layout.bounds == Rect(0, 0, 800, 600)
    assert screen.layout() == layout


def test_a_screenshot_says_where_when_and_of_which_layout_it_is(screen: Screen) -> None:
    before = time.monotonic()
    shot = screen.grab(Rect(700, 500, 200, 200))
    assert shot.region == Rect(700, 500, 100, 100)
    assert shot.layout_id == screen.layout().id
    assert before <= shot.taken_at <= time.monotonic()
    assert (shot.image.width, shot.image.height) == (100, 100)
    assert shot.masked == ()
    assert screen.grab(Rect(700, 500, 200, 200)).id != shot.id


@pytest.mark.parametrize(
    "region", [Rect(800, 0, 10, 10), Rect(0, 600, 10, 10), Rect(-10, -10, 10, 10), Rect(1, 1, 0, 1)]
)
def test_a_region_off_the_screen_is_wrong_usage(screen: Screen, region: Rect) -> None:
    with pytest.raises(UsageError):
        screen.grab(region)
