"""What the spine must not do on a real desktop: hit what was not shown, touch what is ours, claim what was not seen."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from desktop_agent.core.actions import Answer, Outcome, Ruling
from desktop_agent.core.desktop import Window
from desktop_agent.core.errors import Stopped
from desktop_agent.core.events import Acting
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.step.capture import capture
from desktop_agent.step.desk import Desk
from tests.desktop.helpers import close_app, open_app, qt_command, wait_until
from tests.desktop.spine_support import Spine, open_desk, region_scope, screen_scope, window_scope


@dataclass
class Apps:
    """Opens windows, and closes them after the test."""

    display: PrivateDisplay
    opened: list[Window]

    def qt(self, title: str, geometry: str, state: Path | None = None) -> Window:
        return self.open(qt_command(title, geometry, state), title)

    def open(self, command: list[str], title: str) -> Window:
        window = open_app(self.display, command, title)
        self.opened.append(window)
        return window


@pytest.fixture
def desk(on_desktop: PrivateDisplay) -> Iterator[Desk]:
    with open_desk(on_desktop) as desk:
        yield desk


@pytest.fixture
def apps(on_desktop: PrivateDisplay) -> Iterator[Apps]:
    apps = Apps(on_desktop, [])
    yield apps
    for window in apps.opened:
        if psutil.pid_exists(window.pid):
            close_app(on_desktop, window)


State = Callable[[], str]


def click_as_person(point: Point) -> None:
    """A real click, past the agent's hands, which are closed while the person is asked."""
    from Xlib import X
    from Xlib.ext import xtest

    from desktop_agent.desktop import x11

    display = x11.open_display(os.environ["DISPLAY"])
    xtest.fake_input(display, X.MotionNotify, x=point.x, y=point.y)
    xtest.fake_input(display, X.ButtonPress, 1)
    xtest.fake_input(display, X.ButtonRelease, 1)
    display.sync()
    display.close()


@pytest.fixture
def form(desk: Desk, apps: Apps, tmp_path: Path) -> tuple[Spine, State]:
    """A Qt window, and what it holds."""
    state = tmp_path / "state.json"
    window = apps.qt("Form", "300,200,500,400", state)
    assert desk.windows.activate(window.id)
    return Spine(desk, tmp_path, window_scope(window)), lambda: state.read_text("utf-8")


def test_a_check_box_is_confirmed_by_its_state(form: tuple[Spine, State]) -> None:
    spine, state = form
    result = spine.step("left_click", start_box=spine.place("Agree", "check box"))
    assert (result.outcome, result.evidence) == (Outcome.CONFIRMED, "“Agree” (check box) is checked")
    assert '"checked": true' in state()


def test_a_click_that_does_nothing_is_not_confirmed_although_the_caret_blinks(form: tuple[Spine, State]) -> None:
    spine, _ = form
    spine.step("left_click", start_box=spine.place("Notes"))
    result = spine.step("left_click", start_box=spine.place("A label"))
    assert result.outcome is Outcome.NO_EFFECT_SEEN, result.message


def test_a_button_whose_effect_is_not_visible_is_not_confirmed(form: tuple[Spine, State]) -> None:
    spine, state = form
    result = spine.step("left_click", start_box=spine.place("Press me"))
    assert '"clicks": 1' in state()
    assert result.outcome is Outcome.NO_EFFECT_SEEN, result.message


def test_a_password_field_is_handed_over(form: tuple[Spine, State], desk: Desk) -> None:
    spine, _ = form
    window = desk.windows.active()
    assert window is not None
    password = next(each for each in desk.elements.tree(window).elements if each.name == "Password")
    spine.approver.while_asked = lambda: click_as_person(password.region.center)
    result = spine.step("type", content="hunter2", start_box=spine.place("Password"))
    assert (result.outcome, result.verdict.ruling) == (Outcome.UNVERIFIABLE, Ruling.HAND_OVER)
    assert "The person was asked to do this themselves" in result.message
    assert len(spine.approver.requests) == 1
    assert not any(isinstance(each, Acting) for each in spine.events)
    spine.approver.answer = Answer.DENIED
    declined = spine.step("key", keys="a")
    assert (declined.outcome, declined.verdict.ruling) == (Outcome.REFUSED, Ruling.HAND_OVER)


def test_text_does_not_follow_the_person_into_a_password_field(form: tuple[Spine, State], desk: Desk) -> None:
    spine, state = form
    spine.step("left_click", start_box=spine.place("Notes"))
    window = desk.windows.active()
    assert window is not None
    password = next(each for each in desk.elements.tree(window).elements if each.name == "Password")
    spine.approver.while_asked = lambda: click_as_person(password.region.center)
    result = spine.step("type", content="for the notes")
    assert result.outcome is Outcome.REFUSED, result.message
    assert "password" in result.message
    assert '"text": ""' in state()


def test_another_window_of_the_scopes_process_is_out_of_reach(
    on_desktop: PrivateDisplay, apps: Apps, desk: Desk, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("")
    (tmp_path / "private.txt").write_text("")
    command = ["mousepad", "--disable-server", "--opening-mode=window"]
    files = [str(tmp_path / name) for name in ("notes.txt", "private.txt")]
    apps.open([*command, *files], "private.txt")
    found = {each.title: each for each in desk.windows.stacking() if "Mousepad" in each.title}
    notes, private = (next(found[t] for t in found if name in t) for name in ("notes.txt", "private.txt"))
    assert notes.pid == private.pid
    spine = Spine(desk, tmp_path, window_scope(notes))
    assert desk.windows.activate(private.id)
    assert spine.step("type", content="secret").verdict.category == "outside_scope"
    assert spine.approver.requests == []


def test_a_window_that_covers_the_target_while_asking_is_not_clicked(
    form: tuple[Spine, State], apps: Apps, tmp_path: Path
) -> None:
    spine, state = form
    other = tmp_path / "other.json"
    spine.approver.while_asked = lambda: apps.qt("Intruder", "300,200,500,400", other)
    result = spine.step("left_click", start_box=spine.place("Press me"))
    assert result.outcome is Outcome.REFUSED, result.message
    assert "Intruder" in result.message
    assert '"clicks": 0' in state()
    assert '"clicks": 0' in other.read_text("utf-8")


def test_a_window_that_moves_while_asking_is_not_clicked(form: tuple[Spine, State], desk: Desk) -> None:
    spine, state = form

    def move() -> None:
        from desktop_agent.desktop import x11

        display = x11.open_display(os.environ["DISPLAY"])
        display.create_resource_object("window", spine.scope.window).configure(x=700, y=500)
        display.sync()
        display.close()
        wait_until(lambda: desk.windows.get(spine.scope.window).region.x > 600)

    spine.approver.while_asked = move
    result = spine.step("left_click", start_box=spine.place("Press me"))
    assert result.outcome is Outcome.REFUSED, result.message
    assert '"clicks": 0' in state()


def test_the_terminal_that_asks_is_put_behind_and_gives_the_keyboard_back(
    on_desktop: PrivateDisplay, apps: Apps, tmp_path: Path
) -> None:
    terminal = apps.qt("Terminal that asks", "300,200,500,400")
    state = tmp_path / "state.json"
    window = apps.qt("Form", "320,220,500,400", state)
    with open_desk(on_desktop, frozenset({terminal.pid})) as desk:
        spine = Spine(desk, tmp_path, window_scope(window))
        spine.approver.while_asked = lambda: desk.windows.activate(terminal.id)
        notes = spine.place("Notes")
        assert spine.step("left_click", start_box=notes).outcome is Outcome.CONFIRMED
        assert spine.step("type", content="grüß dich, 世界").outcome is Outcome.CONFIRMED
        assert desk.windows.activate(terminal.id)
        assert spine.step("type", content="!").outcome is Outcome.CONFIRMED
    assert "!" in state.read_text("utf-8")


def test_own_windows_are_grey_in_pictures_and_out_of_reach(
    on_desktop: PrivateDisplay, apps: Apps, tmp_path: Path
) -> None:
    own_state = tmp_path / "own.json"
    window, own = apps.qt("Form", "300,200,500,400"), apps.qt("Ours", "500,300,300,300", own_state)
    with open_desk(on_desktop, frozenset({own.pid})) as desk:
        scope = region_scope(Rect(250, 150, 700, 600))
        shot = capture(desk, scope)
        assert shot.masked == (own.frame.intersection(shot.region),)
        middle = shot.image.crop(shot.view.image_rect(Rect.around(own.region.center, 20)))
        assert set(middle.bgra[::4]) == {0x80}
        spine = Spine(desk, tmp_path, scope)
        result = spine.step("left_click", start_box=list(shot.view.to_thousandths(own.region.center)))
        assert result.verdict.category == "own_window"
        assert spine.approver.requests == []
        assert desk.windows.get(window.id) is not None


def test_a_point_outside_a_window_scope_is_refused(form: tuple[Spine, State], apps: Apps) -> None:
    spine, _ = form
    apps.qt("Neighbour", "700,300,200,200")
    result = spine.step("left_click", start_box=[960, 500])
    assert result.verdict.category == "outside_scope", result.message


def test_a_stop_while_asking_ends_it(form: tuple[Spine, State], desk: Desk) -> None:
    spine, state = form
    spine.approver.while_asked = lambda: desk.hands.stop("test")
    try:
        with pytest.raises(Stopped):
            spine.step("left_click", start_box=spine.place("Press me"))
    finally:
        desk.hands.resume()
    assert '"clicks": 0' in state()


def test_a_denial_does_nothing(form: tuple[Spine, State]) -> None:
    spine, state = form
    spine.approver.answer = Answer.DENIED
    assert spine.step("left_click", start_box=spine.place("Press me")).outcome is Outcome.REFUSED
    assert '"clicks": 0' in state()


def test_a_terminal_has_no_text_to_read_back_and_is_always_asked(desk: Desk, apps: Apps, tmp_path: Path) -> None:
    window = apps.open(["xterm", "-T", "Shell", "-e", "cat"], "Shell")
    assert desk.windows.activate(window.id)
    spine = Spine(desk, tmp_path, window_scope(window))
    result = spine.step("type", content="hello world")
    assert result.verdict.critical
    assert result.outcome is Outcome.UNVERIFIABLE, result.message
    assert "can't be read back" in result.message
    assert "hello world" in spine.call("read_text").text


def test_opening_an_application_is_confirmed_by_its_window(desk: Desk, apps: Apps, tmp_path: Path) -> None:
    spine = Spine(desk, tmp_path, screen_scope(desk))
    known = {each.id for each in desk.windows.stacking()}
    result = spine.step("open_app", name="galculator")
    fresh = [each for each in desk.windows.stacking() if each.id not in known and not each.popup]
    apps.opened += fresh
    assert result.outcome is Outcome.CONFIRMED, result.message
    assert any(each.application == "Galculator" for each in fresh), fresh


def test_closing_the_scope_is_seen(form: tuple[Spine, State]) -> None:
    spine, _ = form
    result = spine.step("key", keys="alt+f4")
    assert result.verdict.critical
    assert result.outcome is Outcome.CONFIRMED, result.message
    assert "closed" in result.evidence
    assert "closed or hidden" in spine.call("screenshot").text
