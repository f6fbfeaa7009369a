"""The spine on real applications: what the tools are told to do arrives there, and the checks see what happened."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_agent.core.actions import Outcome
from desktop_agent.core.desktop import Window
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.step.desk import Desk
from tests.desktop.helpers import close_app, open_app, wait_until
from tests.desktop.spine_support import Spine, open_desk, window_scope

TEXT = "grüß dich, 世界\nzweite Zeile"


@pytest.fixture
def desk(on_desktop: PrivateDisplay) -> Iterator[Desk]:
    with open_desk(on_desktop) as desk:
        yield desk


@pytest.fixture
def mousepad(
    on_desktop: PrivateDisplay,
    desk: Desk,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Spine]:
    (tmp_path / "note.txt").write_text("")
    monkeypatch.setitem(on_desktop.environment, "GDK_SCALE", getattr(request, "param", "1"))
    window = open_app(on_desktop, ["mousepad", "--disable-server", str(tmp_path / "note.txt")], "Mousepad")
    assert desk.windows.activate(window.id)
    yield Spine(desk, tmp_path, window_scope(window))
    close_app(on_desktop, window)


@pytest.fixture
def calculator(on_desktop: PrivateDisplay, desk: Desk, tmp_path: Path) -> Iterator[Spine]:
    window = open_app(on_desktop, ["galculator"], "galculator")
    assert desk.windows.activate(window.id)
    yield Spine(desk, tmp_path, window_scope(window))
    close_app(on_desktop, window)


def middle(spine: Spine) -> list[int]:
    return [500, 500]


@pytest.mark.parametrize("mousepad", ["1", "2"], indirect=True, ids=["as-it-is", "scaled"])
def test_text_is_typed_read_back_and_saved_by_menu(mousepad: Spine, tmp_path: Path) -> None:
    result = mousepad.step("type", content=TEXT, start_box=middle(mousepad))
    assert result.outcome is Outcome.CONFIRMED, result.message
    assert "“" in result.action.words or '"' in result.action.words
    opened = mousepad.step("left_click", start_box=mousepad.place("File", "menu"))
    assert opened.outcome is Outcome.CONFIRMED, opened.message
    saved = mousepad.step("left_click", start_box=mousepad.place("Save", "menu item"))
    assert saved.outcome is Outcome.CONFIRMED, saved.message
    wait_until(lambda: (tmp_path / "note.txt").read_text("utf-8").rstrip("\n") == TEXT)
    assert mousepad.audit.verify().ok


def test_a_menu_is_put_away_while_the_person_is_asked_and_opened_again(mousepad: Spine, tmp_path: Path) -> None:
    mousepad.step("type", content="abc", start_box=middle(mousepad))
    assert mousepad.step("left_click", start_box=mousepad.place("File", "menu")).outcome is Outcome.CONFIRMED
    menu = mousepad.desk.windows.stacking()[0]
    assert menu.popup
    seen_while_asked: list[Window | None] = []
    mousepad.approver.while_asked = lambda: seen_while_asked.append(mousepad.desk.windows.get(menu.id))
    saved = mousepad.step("left_click", start_box=mousepad.place("Save", "menu item"))
    assert seen_while_asked == [None]
    assert saved.outcome is Outcome.CONFIRMED, saved.message
    wait_until(lambda: (tmp_path / "note.txt").read_text("utf-8").rstrip("\n") == "abc")
    record = mousepad.audit.path.read_text()
    assert (record.count("menu_put_away"), record.count("menu_brought_back")) == (1, 1)
    assert mousepad.audit.verify().ok


def test_seven_times_eight_is_read_back(calculator: Spine) -> None:
    for name in ("7", "*", "8", "="):
        result = calculator.step("left_click", start_box=calculator.place(name))
        assert result.outcome is Outcome.CONFIRMED, result.message
    assert "56" in calculator.call("read_text").text
