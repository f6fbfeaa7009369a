"""Points that are a little off, on real applications: what is clicked is what was meant, and nothing else moves."""

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop_agent.core.actions import ActionKind, Outcome
from desktop_agent.core.desktop import Element, Window
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Point
from desktop_agent.desktop.elements import atspi
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.step.desk import Desk
from desktop_agent.tools.aiming import SNAPPING
from desktop_agent.tools.context import Sight
from tests.desktop.helpers import close_app, open_app, qt_command, wait_until
from tests.desktop.spine_support import Spine, open_desk, window_scope

PAGE = """<!doctype html><title>Snapping</title>
<style>body{font:14px sans-serif;margin:0} body>*{position:absolute}</style>
<button id=save style="left:20px;top:20px">Save</button><button id=open style="left:120px;top:20px">Open</button>
<div style="left:20px;top:60px">
<label><input type=checkbox id=apples>Apples</label><br><label><input type=checkbox id=pears>Pears</label></div>
<div style="left:140px;top:60px">
<div style="height:20px"><input type=radio name=r id=small aria-label=Small>Small</div>
<div style="height:20px"><input type=radio name=r id=large aria-label=Large>Large</div></div>
<p style="left:20px;top:120px;margin:0;line-height:20px">There is <a href="#1" id=news>our news</a> in this line<br>
and nothing in this one.</p>
<span id=play onclick="1" style="left:20px;top:190px">Play it</span>
<div style="left:20px;top:230px;width:150px;height:4px">
<button id=loose style="position:absolute;left:40px;top:40px">Loose</button></div>
<canvas id=canvas width=200 height=100 style="left:300px;top:20px;background:#eee"></canvas>
<script>onclick = event => {
  if (event.detail || event.target.id != 'canvas')
    document.title = `Snapping ${event.target.id} ${event.clientX},${event.clientY}`}</script>"""
OFF = 12
"""Pixels by which points are off, sideways and up or down."""


@pytest.fixture
def desk(on_desktop: PrivateDisplay) -> Iterator[Desk]:
    with open_desk(on_desktop) as desk:
        yield desk


@pytest.fixture
def opened(on_desktop: PrivateDisplay, desk: Desk) -> Iterator[Callable[[list[str], str, str], Window]]:
    """Opens a program, and waits until an element of the given name is there."""
    found: list[Window] = []

    def open_it(command: list[str], title: str, name: str) -> Window:
        window = open_app(on_desktop, command, title, 60)
        found.append(window)
        assert desk.windows.activate(window.id)
        wait_until(lambda: any(each.name == name for each in elements(desk, window)), 30, f"{name} in {title}")
        now = desk.windows.get(window.id)
        assert now is not None
        return now

    yield open_it
    for window in found:
        close_app(on_desktop, window)


Opener = Callable[[list[str], str, str], Window]


@pytest.fixture
def page(on_desktop: PrivateDisplay, opened: Opener, tmp_path: Path) -> Window:
    (tmp_path / "page.html").write_text(PAGE, "utf-8")
    flags = ["--no-sandbox", "--test-type", "--no-first-run", "--password-store=basic", "--disable-gpu"]
    flags += ["--force-renderer-accessibility", f"--user-data-dir={tmp_path}/chromium", "--window-size=600,400"]
    on_desktop.environment["ACCESSIBILITY_ENABLED"] = "1"
    try:
        return opened(["chromium", *flags, f"--app=file://{tmp_path}/page.html"], "Snapping", "Play it")
    finally:
        del on_desktop.environment["ACCESSIBILITY_ENABLED"]


def elements(desk: Desk, window: Window) -> tuple[Element, ...]:
    try:
        return desk.elements.tree(window).elements
    except Unavailable:
        return ()


def named(desk: Desk, window: Window, name: str, role: str) -> Element:
    return next(each for each in elements(desk, window) if (each.name, each.role) == (name, role))


@pytest.mark.parametrize("rounds", [1, pytest.param(20, marks=pytest.mark.full)])
def test_what_is_clicked_in_a_page_is_what_was_meant(page: Window, desk: Desk, tmp_path: Path, rounds: int) -> None:
    spine = Spine(desk, tmp_path, window_scope(page))
    rng = random.Random(rounds)
    loose = named(desk, page, "Loose", "push button")  # outside of what it is in
    assert desk.elements.at(page, loose.region.center) == loose
    canvas = next(each for each in elements(desk, page) if each.role == "canvas").region
    for _ in range(rounds):
        for name, role, ref, said in (
            ("Save", "push button", "save", ""),
            ("Pears", "check box", "pears", "the Pears checkbox"),
            ("Large", "radio button", "large", "Large"),
            ("our news", "link", "news", "the link to our news"),
            ("Play it", "static", "play", ""),
            ("Loose", "push button", "loose", ""),
        ):
            middle = named(desk, page, name, role).region.center
            point = Point(middle.x + rng.randint(-OFF, OFF), middle.y + rng.choice((-OFF, OFF)))
            result = click(spine, page, point, said)
            wait_for_title(desk, page, f"Snapping {ref} ", f"{name} at {point}: {result}")
            assert "The point was moved" in result
        at = Point(canvas.x + rng.randint(1, 199), canvas.y + rng.randint(1, 99))
        assert "moved" not in click(spine, page, at, "the Open button")
        wait_for_title(desk, page, f"Snapping canvas {at.x - page.region.x},{at.y - page.region.y}", f"{at}")
    assert all(each.verdict.category != "contradicted" for each in spine.approver.requests)
    open_button = named(desk, page, "Open", "push button").region.center
    click(spine, page, open_button, "the Save button")
    assert spine.approver.requests[-1].verdict.category == "contradicted"
    assert "“Open” (push button)" in spine.approver.requests[-1].verdict.reason


def click(spine: Spine, window: Window, point: Point, said: str) -> str:
    """Click there, as a planner would that means `said`; what it is told."""
    spine.toolbox.look()
    view = spine.toolbox.gallery.get().picture.view
    assert view is not None
    result = spine.call("left_click", start_box=list(view.to_thousandths(point)), element_info=said)
    assert result.step is not None
    assert result.step.outcome in (Outcome.CONFIRMED, Outcome.NO_EFFECT_SEEN, Outcome.UNVERIFIABLE), result.text
    return result.text


def wait_for_title(desk: Desk, window: Window, start: str, what: str) -> None:
    """The page tells in it what was clicked, and the window manager passes it on in its own time."""

    def told() -> bool:
        now = desk.windows.get(window.id)
        return now is not None and now.title.startswith(start)

    wait_until(told, what=what)


def test_keys_menus_and_texts_of_applications_are_what_they_were(desk: Desk, opened: Opener) -> None:
    calculator = opened(["galculator"], "alculator", "7")
    sight = Sight(desk, window_scope(calculator))
    seven = named(desk, calculator, "7", "toggle button").region
    for x, y in ((0, 0), (seven.width - 1, 0), (seven.width // 2, seven.height - 1)):
        spot = SNAPPING.at(sight, ActionKind.LEFT_CLICK, Point(seven.x + x, seven.y + y), "")
        assert spot.element is not None
        assert spot.element.name == "7"
        assert seven.grown(-4).contains(spot.point)
    editor = opened(["mousepad"], "Mousepad", "File")
    sight = Sight(desk, window_scope(editor))
    text = next(each for each in elements(desk, editor) if each.role == "text").region
    for x in (0, 3, text.width // 2):
        at = Point(text.x + x, text.y)  # right below the menu bar
        assert SNAPPING.at(sight, ActionKind.LEFT_CLICK, at, "the File menu").point == at


def test_an_application_that_hangs_does_not_hold_a_step_up(
    desk: Desk, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = opened(qt_command("Qt snaps"), "Qt snaps", "Press me")
    button = named(desk, window, "Press me", "push button").region
    beside = Point(button.center.x, button.y - 5)
    sight = Sight(desk, window_scope(window))
    spot = SNAPPING.at(sight, ActionKind.LEFT_CLICK, beside, "Press me")
    assert button.contains(spot.point)
    monkeypatch.setattr(atspi, "TREE_SECONDS", 0.3)
    os.kill(window.pid, signal.SIGSTOP)
    try:
        start = time.monotonic()
        spot = SNAPPING.at(sight, ActionKind.LEFT_CLICK, beside, "Press me")
        assert time.monotonic() - start < 3
        assert (spot.point, spot.element) == (beside, None)
    finally:
        os.kill(window.pid, signal.SIGCONT)
