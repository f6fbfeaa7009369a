"""The tray icon and its menu."""

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QSystemTrayIcon

from desktop_agent.core.model_state import ModelState, Presence
from tests.ui.conftest import Wait
from ui.state import State
from ui.tray import Tray, shown_hotkey


@pytest.fixture
def tray(app: object) -> Iterator[Tray]:
    tray = Tray()
    yield tray
    tray.hide()


def image(tray: Tray) -> QImage:
    return tray._icon.icon().pixmap(32, 32).toImage()


def test_it_appears_in_the_tray(tray: Tray, wait: Wait) -> None:
    wait(Tray.available)
    tray.show()
    wait(lambda: not tray._icon.geometry().isEmpty())
    assert tray.visible


def test_every_state_has_an_icon_and_words_of_its_own(tray: Tray) -> None:
    icons, words = [], set()
    for state in State:
        tray.show_state(state)
        icons.append(image(tray))
        words.add(tray._icon.toolTip())
    assert len(words) == len(State)
    assert all(a != b for number, a in enumerate(icons) for b in icons[:number])


def test_the_model_is_told_in_the_menu_and_in_the_tool_tip(tray: Tray) -> None:
    name = "a<b> & \u202ec"
    said = {
        ModelState(): "Model: none, instant commands only",
        ModelState(Presence.UNLOADED, name): "Model: not loaded – loads when needed",
        ModelState(Presence.LOADING, name): "Model: loading a<b> && ⟨U+202E⟩c …",
        ModelState(Presence.LOADED, name): "Model: loaded, a<b> && ⟨U+202E⟩c",
        ModelState(Presence.REMOTE, "glm {name}"): "Model: on a server, glm {name}",
    }
    assert {state.presence for state in said} == set(Presence)
    for state, words in said.items():
        tray.show_model(state)
        assert tray.models.text() == words
        tool_tip = tray._icon.toolTip()
        assert tool_tip.startswith("Desktop Agent – ready\nModel: ")
        assert "<" not in tool_tip, "some desktops take it for markup"
    tray.show_state(State.THINKING)
    assert tray._icon.toolTip() == "Desktop Agent – thinking\nModel: on a server, glm {name}"


def test_the_menu_says_that_it_opens(tray: Tray) -> None:
    heard: list[bool] = []
    tray.opens.connect(lambda: heard.append(True))
    tray._menu.aboutToShow.emit()
    assert heard == [True]


def test_release_is_offered_when_stopped_and_stop_always_since_the_command_line_may_be_acting(tray: Tray) -> None:
    for state in State:
        tray.show_state(state)
        assert tray.stop.isEnabled()
        assert tray.release.isVisible() is (state is State.STOPPED)


def test_each_entry_says_what_is_wanted(tray: Tray) -> None:
    heard: list[str] = []
    wanted = ("ask", "chat", "stop", "release", "macros", "record", "runs", "models", "settings", "quit")
    tray.show_state(State.THINKING)
    for name in wanted:
        getattr(tray, f"{name}_wanted").connect(lambda name=name: heard.append(name))
        getattr(tray, name).trigger()
    assert heard == list(wanted)


def test_the_most_used_macros_are_played_from_a_submenu(tray: Tray) -> None:
    heard: list[str] = []
    tray.macro_wanted.connect(heard.append)
    assert not tray.play.menuAction().isVisible()
    tray.show_most_used(("Save & close", "x" * 200 + "\u202e"))
    assert tray.play.menuAction().isVisible()
    assert [action.text() for action in tray.play.actions()] == ["Save && close", "x" * 60]
    for action in tray.play.actions():
        action.trigger()
    assert heard == ["Save & close", "x" * 200 + "\u202e"]
    tray.show_most_used(("Other",))
    assert [action.text() for action in tray.play.actions()] == ["Other"]


def test_clicking_the_icon_opens_the_chat(tray: Tray) -> None:
    heard: list[bool] = []
    tray.chat_wanted.connect(lambda: heard.append(True))
    tray._icon.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)
    tray._icon.activated.emit(QSystemTrayIcon.ActivationReason.Context)
    assert heard == [True]


def test_hotkeys_are_shown_only_where_they_work(tray: Tray) -> None:
    tray.set_hotkeys("ctrl+alt+a", "")
    assert tray.ask.text() == "Ask about a region\tCtrl+Alt+A"
    assert tray.stop.text() == "Stop"
    tray.set_hotkeys("super+f5", "ctrl+alt+escape")
    assert tray.ask.text() == "Ask about a region\tSuper+F5"
    assert tray.stop.text() == "Stop\tCtrl+Alt+Escape"
    tray.set_hotkeys("", "", "ctrl+alt+r")
    assert tray.record.text() == "Record a macro\tCtrl+Alt+R"
    tray.show_recording(True)
    assert tray.record.text() == "Stop recording\tCtrl+Alt+R"
    tray.set_hotkeys("", "")
    assert tray.record.text() == "Stop recording"
    tray.show_recording(False)
    assert tray.record.text() == "Record a macro"
    assert tray.ask.text() == "Ask about a region"


def test_hotkeys_are_written_as_people_write_them() -> None:
    assert shown_hotkey("ctrl+alt+a") == "Ctrl+Alt+A"
    assert shown_hotkey("") == ""
