"""The ring on a real display: around the target, never on it, and out of everybody's way."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from desktop_agent.core.desktop import Screenshot, Window
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.protocols import Screen, Windows
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.evaluation.person import Person
from tests.ui.conftest import Wait
from tests.ui.slow_window import SlowWindow
from ui import theme
from ui.exposure import wait_until_gone
from ui.ring import GAP, THICKNESS, Ring, strips_around

ACCENT = theme.LIGHT.accent
ACCENT_BYTES = bytes((ACCENT.blue(), ACCENT.green(), ACCENT.red()))


@pytest.fixture
def ring(app: QApplication, screen: Screen) -> Iterator[Ring]:
    made = Ring(screen)
    yield made
    made.close()


def accents(shot: Screenshot) -> set[Point]:
    """Where the accent colour is."""
    data = shot.image.bgra
    return {
        Point(shot.region.x + at // 4 % shot.image.width, shot.region.y + at // 4 // shot.image.width)
        for at in range(0, len(data), 4)
        if data[at : at + 3] == ACCENT_BYTES
    }


def inside(window: Window) -> Rect:
    return Rect(window.region.x + 60, window.region.y + 40, 120, 50)


@given(st.builds(Rect, st.integers(-500, 500), st.integers(-500, 500), st.integers(1, 900), st.integers(1, 900)))
def test_strips_close_around_the_target_without_touching_it_or_each_other(target: Rect) -> None:
    strips = strips_around(target)
    assert all(strip.intersection(target.grown(GAP)).empty for strip in strips)
    outer = target.grown(GAP + THICKNESS)
    assert sum(strip.area for strip in strips) == outer.area - target.grown(GAP).area
    assert all(outer.encloses(strip) for strip in strips)


def test_ring_surrounds_the_target_and_leaves_its_pixels(
    ring: Ring, screen: Screen, wait: Wait, terminal: Window
) -> None:
    target = inside(terminal)
    around = target.grown(20)
    before = screen.grab(target)
    ring.show_at(target)
    line = target.grown(GAP + 2)
    corners = {Point(line.x, line.y), Point(line.right - 1, line.y), Point(line.x, line.bottom - 1)}
    wait(lambda: corners <= accents(screen.grab(around)))
    assert screen.grab(target).image.bgra == before.image.bgra
    assert not any(target.contains(point) for point in accents(screen.grab(around)))


def test_clicks_and_focus_pass_through(
    ring: Ring, screen: Screen, windows: Windows, wait: Wait, terminal: Window, person: Person
) -> None:
    target = inside(terminal)
    ring.show_at(target)
    wait(lambda: accents(screen.grab(target.grown(20))))
    on_strip = Point(target.x - GAP - 2, target.center.y)
    reached = windows.at(on_strip)
    assert reached is not None
    assert reached.id == terminal.id
    active = windows.active()
    assert active is not None
    assert active.id == terminal.id


def test_hidden_means_gone_from_the_screen(ring: Ring, screen: Screen, wait: Wait, terminal: Window) -> None:
    target = inside(terminal)
    for _ in range(5):
        ring.show_at(target)
        wait(lambda: accents(screen.grab(target.grown(20))))
        ring.hide()
        assert wait_until_gone(ring.remains)
        assert not accents(screen.grab(target.grown(20)))
        assert not ring.visible


def test_waits_for_a_program_that_paints_late(
    ring: Ring, screen: Screen, wait: Wait, ui_display: PrivateDisplay
) -> None:
    target = Rect(1000, 400, 100, 60)
    with SlowWindow(ui_display.name, target.grown(40), delay=0.015):
        ring.show_at(target)
        wait(lambda: accents(screen.grab(target.grown(20))))
        ring.hide()
        assert wait_until_gone(ring.remains)
        assert not accents(screen.grab(target.grown(20)))


def test_over_a_program_that_hangs_it_is_known_to_remain(
    ring: Ring, screen: Screen, wait: Wait, ui_display: PrivateDisplay
) -> None:
    target = Rect(1000, 400, 100, 60)
    with SlowWindow(ui_display.name, target.grown(40), delay=0.6):
        ring.show_at(target)
        wait(lambda: accents(screen.grab(target.grown(20))))
        ring.hide()
        assert not wait_until_gone(ring.remains, patience=0.04)


def test_moving_to_another_target_leaves_nothing_behind(
    ring: Ring, screen: Screen, wait: Wait, terminal: Window
) -> None:
    first, second = inside(terminal), inside(terminal).moved(0, 120)
    ring.show_at(first)
    wait(lambda: accents(screen.grab(first.grown(20))))
    ring.show_at(second)
    wait(lambda: accents(screen.grab(second.grown(20))) and not accents(screen.grab(first.grown(20))))


def test_ring_at_the_edge_of_the_screen(ring: Ring, screen: Screen, wait: Wait) -> None:
    target = Rect(0, 1040, 200, 40)
    ring.show_at(target)
    wait(lambda: accents(screen.grab(Rect(0, 1000, 240, 80))))
    ring.hide()
    wait(lambda: not accents(screen.grab(Rect(0, 1000, 240, 80))))
    assert not ring.remains()


def test_hiding_without_showing_is_nothing(ring: Ring) -> None:
    ring.hide()
    assert not ring.remains()


def test_the_ring_does_not_cross_a_card(ring: Ring, screen: Screen, wait: Wait, terminal: Window) -> None:
    target = inside(terminal)
    card = Rect(target.center.x, target.y - 20, 300, 300)
    ring.show_at(target, card)
    left = Point(target.x - GAP - 2, target.center.y)
    wait(lambda: left in accents(screen.grab(target.grown(20))))
    assert not any(card.contains(point) for point in accents(screen.grab(target.grown(20))))


def test_strips_that_a_card_covers_wholly_are_not_shown(ring: Ring, wait: Wait, terminal: Window) -> None:
    target = inside(terminal)
    ring.show_at(target, target.grown(40))
    assert not ring.visible
