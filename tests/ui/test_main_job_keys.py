"""The person's keys: the card's hotkey and the way back, the stop keys in the middle of typing, hotkeys of others; and
that what programs press does none of this."""

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel

from desktop_agent.core.events import Asking
from desktop_agent.core.settings import Settings
from desktop_agent.desktop import x11
from desktop_agent.desktop.devices.x11_raw import RawEvent, Sources, raw_event, select_raw
from desktop_agent.desktop.hotkeys import open_hotkeys
from desktop_agent.evaluation.display import PrivateDisplay
from tests.ui.main_job_support import (
    Program,
    Start,
    galculator_fixture,  # noqa: F401 # found by name
    labels,
    mousepad_fixture,  # noqa: F401 # found by name
    open_program_fixture,  # noqa: F401 # found by name
    program_clicks,
    program_presses,
    start_fixture,  # noqa: F401 # found by name
    until,
)
from ui.settings import SettingsWindow
from ui.state import State

LONG = "1!2@3#4$5%" * 99
"""Typed key by key, as long as such a text may be; no letters, since these would mean something with Ctrl or Alt."""
BEGUN = 50
"""Key events of the hands after which the person has seen enough."""
NOTICE = "Not every hotkey works here. The settings say why."
STOP_KEYS = ("ctrl", "alt", "escape")
STOP_MILLISECONDS = 500
"""The goal is 150 ms on a quiet machine."""


@dataclass
class KeyWatch:
    """Keeps each press and release of a key, with the server's time, and whose it was. Calls `react`, once, when
    programs have typed `BEGUN` of them."""

    display: str
    react: Callable[[], None] | None = None
    persons: list[RawEvent] = field(default_factory=list)
    programs: list[RawEvent] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._connection: Any = x11.open_display(self.display)
        select_raw(self._connection, ("keyboard",))
        self._sources = Sources(self._connection)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def held(self) -> list[int]:
        """The keys that are down now, whoever holds them."""
        connection = x11.open_display(self.display)
        try:
            rows = connection.query_keymap()
            return [8 * place + bit for place, row in enumerate(rows) for bit in range(8) if row >> bit & 1]
        finally:
            connection.close()

    def close(self) -> None:
        self._closing.set()
        self._thread.join()
        self._connection.close()

    def _run(self) -> None:
        while not self._closing.wait(0.002):
            while self._connection.pending_events():
                raw = raw_event(self._connection.next_event())
                if raw is not None:
                    (self.persons if self._sources.is_person(raw.source) else self.programs).append(raw)
            if self.react is not None and len(self.programs) >= BEGUN:
                react, self.react = self.react, None
                react()


@pytest.fixture
def keys(ui_display: PrivateDisplay) -> Iterator[KeyWatch]:
    watch = KeyWatch(ui_display.name)
    yield watch
    watch.close()


def test_the_cards_hotkey_and_then_the_focus_returns(start: Start, mousepad: Program) -> None:
    """What is typed after the answer arrives in the window that had the keyboard, not in ours."""
    office = start()
    office.mark(mousepad.window)
    run = office.say('type "Dear reader," into the text area')
    card = office.card()
    assert office.active() == mousepad.window.id, "the card takes no keyboard by itself"
    office.person.press("ctrl+alt+y")
    until(card.isActiveWindow, "the card to have the keyboard")
    office.person.press("alt+a")
    assert office.ended(run).status == "done"
    assert office.active() == mousepad.window.id
    office.person.type(" hello")
    until(lambda: office.text_of(mousepad) == "Dear reader, hello", "the person's own words")


def test_the_stop_keys_end_typing_at_once(start: Start, mousepad: Program, keys: KeyWatch) -> None:
    office = start()
    office.mark(mousepad.window)
    QGuiApplication.clipboard().setText(f'type "{LONG}" into the text area')
    office.person.press("ctrl+v")
    run = office.say("")
    card = office.card()
    keys.react = lambda: office.person.press("+".join(STOP_KEYS))
    before = len(keys.persons)
    office.approve(card)
    assert office.ended(run).status == "stopped"
    until(lambda: len(keys.persons) == before + 2 * len(STOP_KEYS), "the person's keys")
    late = keys.programs[-1].time - keys.persons[before].time
    assert late < STOP_MILLISECONDS
    typed = office.text_of(mousepad)
    assert typed, "it had begun"
    assert len(typed) < len(LONG)
    assert LONG.startswith(typed)
    assert not keys.held
    until(lambda: office.parts.bridge.state is State.STOPPED, "the stop to be shown")
    assert sum(each.pressed for each in keys.programs) == sum(not each.pressed for each in keys.programs)


@pytest.mark.parametrize(
    "way",
    ["the stop keys", "the card's button"],
)
def test_a_stop_at_the_card_stays_until_the_person_releases_it_in_the_tray(
    way: str, start: Start, galculator: Program
) -> None:
    office = start()
    office.mark(galculator.window)
    run = office.say("click 7")
    card = office.card()
    if way == "the card's button":
        office.press(card.stop_button)
    else:
        office.person.press("ctrl+alt+escape")
    assert office.ended(run).status == "stopped"
    until(lambda: office.parts.current.stopped() is not None, "the latch", patience=5)
    until(lambda: office.parts.bridge.state is State.STOPPED, "the stop to be shown")

    office.focus_box()
    run = office.say("click 7")
    assert office.ended(run).status == "stopped"
    assert re.search("stays.* until you release it", office.box_status)
    assert not any(isinstance(event, Asking) for event in run.events)
    assert office.text_of(galculator) == "0"

    office.choose_in_tray("Release stop")
    until(lambda: office.parts.bridge.state is State.IDLE, "the stop to be released")
    office.focus_box()
    run = office.say("click 7")
    office.approve(office.card())
    assert office.ended(run).status == "done"
    assert office.text_of(galculator) == "7"


def test_keys_and_clicks_of_programs_neither_stop_nor_approve(
    start: Start, galculator: Program, ui_display: PrivateDisplay, keys: KeyWatch
) -> None:
    office = start()
    office.mark(galculator.window)
    run = office.say("click 7")
    card = office.card()
    for combination in (STOP_KEYS, ("ctrl", "alt", "y"), ("alt", "a"), ("escape",)):
        program_presses(ui_display, *combination)
    program_clicks(ui_display, office.middle(card.approve_button))
    until(lambda: len(keys.programs) == 18, "their keys")
    assert keys.programs[0].time > keys.persons[-1].time, "none of these was the person's"
    until(lambda: any(each.startswith("A program's input was ignored.") for each in labels(card)), "the card to say so")
    office.person.press("ctrl+alt+y")  # what came before it has been handled when this works
    until(card.isActiveWindow, "the card to have the keyboard")
    assert run.end is None
    assert office.parts.current.stopped() is None
    office.person.press("alt+d")
    assert office.ended(run).status == "refused"


def test_a_trusted_devices_keys_go_to_the_card_and_stop(
    start: Start, galculator: Program, ui_display: PrivateDisplay
) -> None:
    """What the settings let count as the person's does so for the hotkeys as it does on the card."""
    office = start(Settings(trusted_devices=("Virtual core XTEST *",)))
    office.mark(galculator.window)
    run = office.say("click 7")
    card = office.card()
    program_presses(ui_display, "ctrl", "alt", "y")
    until(card.isActiveWindow, "the card to have the keyboard")
    program_presses(ui_display, *STOP_KEYS)
    assert office.ended(run).status == "stopped"
    until(lambda: office.parts.current.stopped() is not None, "the latch", patience=5)


def test_a_hotkey_of_another_program_is_told_and_another_one_works(
    start: Start, galculator: Program, ui_display: PrivateDisplay
) -> None:
    start().close()  # a tray that is just starting takes icons in twice, and the notice goes with the first one
    others = open_hotkeys(ui_display.name)
    try:
        others.register("ctrl+alt+a", lambda: None)
        office = start()
        until(office.docked, "the tray icon")
        place = until(_notice, "the notice at the tray").center()
        office.person.click(place.x(), place.y())
        until(lambda: office.app.chat is not None and office.app.chat.isActiveWindow(), "the chat window")
        office.choose_in_tray("Settings")
        window = office.window(SettingsWindow)
        assert any("ctrl+alt+a is used by another program" in each for each in labels(window))
        office.write(window.hotkeys["ask_hotkey"], "ctrl+alt+q")
        office.person.press("enter")
        until(lambda: office.parts.settings.ask_hotkey == "ctrl+alt+q", "the settings to be saved")
        office.summon("ctrl+alt+q")
        office.person.press("escape")
    finally:
        others.close()


def _notice() -> QRect:
    """Where it is said at the tray; nowhere when it isn't."""
    shown = (each for each in QApplication.topLevelWidgets() if each.isVisible())
    labels = (label for window in shown for label in window.findChildren(QLabel))
    return next((QRect(each.mapToGlobal(QPoint()), each.size()) for each in labels if each.text() == NOTICE), QRect())
