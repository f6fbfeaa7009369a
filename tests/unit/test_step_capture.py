import pytest

from desktop_agent.core.desktop import Scope
from desktop_agent.core.errors import CaptureFailed
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.step.capture import capture
from desktop_agent.step.masks import GREY
from desktop_agent.step.regions import scope_region, scope_windows, subtract
from tests.unit.toy_desktop import OWN_PID, ToyDesktop, window


def pixel(shot, x, y):
    start = ((y - shot.region.y) * shot.image.width + x - shot.region.x) * 4
    return shot.image.bgra[start : start + 4]


def test_a_window_scope_follows_its_window():
    toy = ToyDesktop(window(10))
    scope = toy.scope()
    toy.change_window(10, region=Rect(300, 200, 350, 250))
    assert capture(toy.desk, scope).region == Rect(300, 200, 350, 250)


def test_popups_and_dialogs_of_the_process_belong_to_the_scope():
    toy = ToyDesktop(window(10, region=Rect(100, 100, 200, 200)))
    scope = toy.scope()
    toy.stack[:0] = [
        window(14, pid=7, region=Rect(0, 0, 700, 50), popup=True),
        window(13, region=Rect(500, 500, 100, 100)),
        window(12, region=Rect(350, 120, 30, 30), parent=11),
        window(11, region=Rect(250, 250, 100, 100), parent=10),
        window(15, region=Rect(90, 150, 50, 20), popup=True),
    ]
    assert scope_region(toy, scope) == Rect(90, 100, 290, 250)


def test_a_popup_of_another_window_of_the_process_does_not_belong_to_the_scope():
    toy = ToyDesktop(window(10))
    scope = toy.scope()
    toy.stack[:0] = [
        window(22, popup=True, parent=21),
        window(21, popup=True, parent=20),
        window(20),
        window(13, popup=True, parent=12),
        window(12, popup=True, parent=10),
        window(11, popup=True, parent=999),  # its parent isn't on the screen, so whose it is isn't known
    ]
    assert [each.id for each in scope_windows(toy, scope)] == [13, 12, 11, 10]


def test_when_the_window_is_gone_its_dialogs_are_the_scope():
    toy = ToyDesktop(window(10))
    scope = toy.scope()
    toy.stack = [window(12, popup=True), window(11, region=Rect(1, 2, 30, 40), parent=10), window(20)]
    assert [each.id for each in scope_windows(toy, scope)] == [11]
    assert scope_region(toy, scope) == Rect(1, 2, 30, 40)


@pytest.mark.parametrize("left", [window(20), window(12, popup=True), window(10, pid=7)])
def test_when_the_window_is_gone_nothing_else_takes_its_place(left):
    toy = ToyDesktop(window(10))
    scope = toy.scope()
    toy.stack = [left]
    with pytest.raises(CaptureFailed, match="closed"):
        scope_region(toy, scope)


def test_a_closed_window_is_said():
    toy = ToyDesktop(window(10), window(20, pid=7))
    scope = toy.scope()
    toy.close_window(10)
    with pytest.raises(CaptureFailed, match="closed"):
        capture(toy.desk, scope)


def test_own_windows_are_grey_where_they_are_seen():
    own = window(2, pid=OWN_PID, region=Rect(150, 150, 100, 100))
    foreign = window(3, pid=7, region=Rect(200, 100, 300, 100))
    toy = ToyDesktop(foreign, own, window(10))
    shot = capture(toy.desk, Scope("region", Rect(100, 100, 400, 300), "region"))
    assert pixel(shot, 160, 160) == GREY
    assert pixel(shot, 240, 240) == GREY
    assert pixel(shot, 240, 160) != GREY  # the foreign window lies above ours
    assert pixel(shot, 120, 120) != GREY
    assert sum(each.area for each in shot.masked) == 100 * 100 - 50 * 50
    assert not any(each.contains(Point(240, 160)) for each in shot.masked)


def test_own_windows_elsewhere_mask_nothing():
    toy = ToyDesktop(window(2, pid=OWN_PID, region=Rect(0, 0, 50, 50)), window(10))
    assert capture(toy.desk, Scope("region", Rect(100, 100, 400, 300), "region")).masked == ()


def test_a_region_beyond_the_screen_is_clipped():
    toy = ToyDesktop(window(10, region=Rect(700, 500, 300, 300)))
    assert capture(toy.desk, toy.scope()).region == Rect(700, 500, 100, 100)


def test_an_own_window_that_comes_while_the_picture_is_taken_is_masked():
    toy = ToyDesktop(window(10))
    grab = toy.grab

    def late(region):
        toy.stack.insert(0, window(2, pid=OWN_PID, region=Rect(150, 150, 10, 10)))
        return grab(region)

    toy.grab = late
    assert capture(toy.desk, toy.scope("screen")).masked == (Rect(150, 150, 10, 10),)


def test_subtract_leaves_exactly_what_is_outside():
    whole, holes = Rect(0, 0, 10, 10), [Rect(2, 2, 3, 3), Rect(4, 4, 20, 2), Rect(-5, 8, 8, 9)]
    parts = subtract(whole, holes)
    for x in range(10):
        for y in range(10):
            inside = sum(part.contains(Point(x, y)) for part in parts)
            assert inside == (not any(hole.contains(Point(x, y)) for hole in holes))
