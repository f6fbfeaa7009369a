"""What was seen is not what is there any more: nothing is done, or no more than a chunk, and the reason says so."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_agent.core.actions import Outcome
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.step.desk import Desk
from tests.desktop.changed_support import Scene, opened_scene, type_disturbed
from tests.desktop.hands_support import PlainWindow
from tests.desktop.helpers import wait_until
from tests.desktop.spine_support import Spine, open_desk, window_scope

DOING_NOTHING = (Outcome.REFUSED, Outcome.FAILED)
CHUNK = 8


@pytest.fixture
def desk(on_desktop: PrivateDisplay) -> Iterator[Desk]:
    with open_desk(on_desktop) as desk:
        yield desk


@pytest.fixture
def scene(on_desktop: PrivateDisplay, desk: Desk, tmp_path: Path) -> Iterator[Scene]:
    with opened_scene(on_desktop, desk, tmp_path) as scene:
        yield scene


CLICKED = [
    ("close", "closed or hidden"),
    ("move", "moved"),
    ("cover", "Intruder"),
    ("minimise", "closed or hidden"),
]


@pytest.mark.parametrize("within", ["window", "screen"])
@pytest.mark.parametrize(("change", "reason"), CLICKED)
def test_a_target_that_changed_while_it_was_asked_about_is_not_clicked(
    scene: Scene, change: str, reason: str, within: str
) -> None:
    spine = scene.spine(within)
    before = scene.held()
    spine.approver.while_asked = getattr(scene, change)
    result = spine.step("left_click", start_box=scene.place(spine, "Press me"))
    assert result.outcome in DOING_NOTHING
    assert reason in result.message
    assert (scene.held(), scene.intruded()) == (before, [])


SEEN = [
    ("window", "close", "closed or hidden"),
    ("window", "move", "moved or changed its size"),
    ("window", "cover", "looks different now from what was seen: “Intruder” lies there"),
    ("window", "minimise", "closed or hidden"),
    ("screen", "close", "looks different now from what was seen: no window lies there"),
    ("screen", "move", "looks different now from what was seen: no window lies there"),
    ("screen", "cover", "looks different now from what was seen: “Intruder” lies there"),
    ("screen", "minimise", "looks different now from what was seen: no window lies there"),
]


@pytest.mark.parametrize(("within", "change", "reason"), SEEN)
def test_a_target_that_changed_since_it_was_seen_is_not_clicked(
    scene: Scene, within: str, change: str, reason: str
) -> None:
    spine = scene.spine(within)
    before, place = scene.held(), scene.place(spine, "Press me")
    getattr(scene, change)()
    result = spine.step("left_click", start_box=place)
    assert result.outcome in DOING_NOTHING
    assert reason in result.message
    assert (scene.held(), scene.intruded()) == (before, [])


TYPED = [("close", "closed or hidden"), ("minimise", "closed or hidden"), ("steal", "keyboard is in “Intruder”")]


@pytest.mark.parametrize("within", ["window", "screen"])
@pytest.mark.parametrize(("change", "reason"), TYPED)
def test_text_does_not_go_elsewhere_when_the_window_changed_while_it_was_asked_about(
    scene: Scene, change: str, reason: str, within: str
) -> None:
    spine = scene.spine(within)
    before = scene.held()
    spine.approver.while_asked = getattr(scene, change)
    result = spine.step("type", content="not for everybody")
    assert result.outcome in DOING_NOTHING
    assert reason in result.message
    assert (scene.held(), scene.intruded()) == (before, [])


def change_monitors(display: PrivateDisplay) -> None:
    subprocess.run(["xrandr", "--delmonitor", "LEFT"], env=display.environment, check=True)
    subprocess.run(["xrandr", "--delmonitor", "RIGHT"], env=display.environment, check=True)


def test_on_other_monitors_than_were_seen_nothing_is_done(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with PrivateDisplay("dummy") as display:
        for name in ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "XDG_SESSION_TYPE"):
            monkeypatch.setenv(name, display.environment[name])
        display.two_monitors()
        with open_desk(display) as desk, opened_scene(display, desk, tmp_path) as scene:
            wait_until(lambda: len(desk.screen.layout().monitors) == 2)
            spine = scene.spine("screen")
            place, before, seen = scene.place(spine, "Press me"), scene.held(), spine.toolbox.gallery.get().picture.id
            spine.approver.while_asked = lambda: change_monitors(display)
            result = spine.step("left_click", start_box=place)
            assert result.outcome is Outcome.REFUSED
            assert "monitors were changed" in result.message
            told = spine.call("left_click", start_box=place, image=seen)
            assert told.problem
            assert "monitors changed" in told.text
            display.two_monitors()
            spine.call("screenshot")
            spine.approver.while_asked = lambda: change_monitors(display)
            result = spine.step("type", content="text")
            assert "monitors were changed" in result.message
            assert scene.held() == before
            spine.call("screenshot")
            spine.approver.while_asked = lambda: None
            spine.step("left_click", start_box=scene.place(spine, "Press me"))
            assert scene.held() == before | {"clicks": 1}, "with what is seen now it goes on"


@pytest.fixture
def target(on_desktop: PrivateDisplay, tmp_path: Path) -> Iterator[PlainWindow]:
    plain = PlainWindow(on_desktop, tmp_path, "Typed into", "--geometry", "300,200,400,300")
    yield plain
    plain.close()


@pytest.mark.parametrize("way", ["new window", "popup", "minimised"])
def test_a_keyboard_that_is_taken_while_typing_ends_it_within_a_chunk(
    desk: Desk, target: PlainWindow, tmp_path: Path, way: str
) -> None:
    spine = Spine(desk, tmp_path, window_scope(target.window))
    typed = type_disturbed(spine, target, way)
    assert typed.thief <= CHUNK
    assert typed.target % CHUNK == 0
    assert typed.target - CHUNK <= typed.reported <= typed.target
    assert typed.result.outcome is Outcome.FAILED
    assert typed.result.message.startswith("Only a part of it was done: ")
    reason = "it is closed or hidden now" if way == "minimised" else "another window has the keyboard: “Thief”"
    assert f"“Typed into” was expected, but {reason} ({typed.reported} of 400" in typed.result.message
