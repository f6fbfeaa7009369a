"""What starts macros goes with them, and never starts another one."""

import pytest

from desktop_agent.core import settings as core_settings
from desktop_agent.core.errors import UsageError
from desktop_agent.core.settings import Settings
from desktop_agent.macros.format import Macro
from desktop_agent.macros.library import Library
from desktop_agent.macros.playing import triggered, triggers
from desktop_agent.macros.playing.triggers import HotkeyTrigger, ScheduleTrigger, Trigger, Triggers


@pytest.fixture
def library() -> Library:
    made = Library()
    for name, folder in (("Invoice", ""), ("Letter", "Office")):
        made.add(Macro(name=name), {}, folder)
    keep(
        HotkeyTrigger(id="h", macro="invoice", keys="ctrl+alt+m"),
        ScheduleTrigger(id="s", macro="Office/Letter", cron="0 7 * * *", values={"a": "1"}),
    )
    return made


def keep(*all_: Trigger) -> None:
    triggers.save(Triggers(triggers=all_), Settings(), before=Triggers(triggers=all_))


def started() -> dict[str, str]:
    return {each.id: each.macro for each in triggers.load().triggers}


def test_what_starts_each_and_what_is_lost(library: Library) -> None:
    kept = triggers.load()
    by_place = triggered.by_place(kept, library.snapshot())
    assert {place: [each.id for each in found] for place, found in by_place.items()} == {
        "Invoice": ["h"],
        "Office/Letter": ["s"],
    }
    assert triggered.lost(kept, library.snapshot()) == ()
    library.remove(library.find("Invoice"))
    assert [each.id for each in triggered.lost(kept, library.snapshot())] == ["h"]


def test_they_follow_a_macro_that_is_renamed_or_moved(library: Library) -> None:
    invoice, letter = library.find("Invoice"), library.find("Letter")
    now = triggered.renaming(library, invoice, lambda: library.save(invoice, Macro(name="Bill"), {}))
    assert now.name == "Bill"
    triggered.renaming(library, letter, lambda: library.move(letter, "Home"))
    assert started() == {"h": "Bill", "s": "Letter"}
    assert triggered.started_by(triggers.load().triggers[1], library.snapshot()) == library.find("Letter")


def test_a_rename_that_fails_changes_nothing(library: Library) -> None:
    invoice = library.find("Invoice")
    with pytest.raises(UsageError):
        triggered.renaming(library, invoice, lambda: library.save(invoice, Macro(name="Letter"), {}))
    assert started() == {"h": "invoice", "s": "Office/Letter"}


def test_what_is_removed_starts_no_other_macro_of_its_name_and_comes_back_with_its_triggers(library: Library) -> None:
    removed = triggered.remove(library, library.find("Invoice"))
    assert [each.id for each in removed.triggers] == ["h"]
    assert started() == {"s": "Office/Letter"}
    library.add(Macro(name="Invoice"), {})
    assert triggered.restore(library, removed).name == "Invoice 2"
    assert started() == {"s": "Office/Letter", "h": "Invoice 2"}


def test_a_hotkey_that_was_given_away_meanwhile_does_not_come_back(library: Library) -> None:
    removed = triggered.remove(library, library.find("Invoice"))
    keep(HotkeyTrigger(id="new", macro="Letter", keys="ctrl+alt+m"))
    with pytest.raises(UsageError, match="used already, to start “Letter”"):
        triggered.restore(library, removed)
    assert started() == {"new": "Letter"}
    assert library.find("Invoice")


def test_what_became_wrong_hinders_no_other_change(library: Library) -> None:
    core_settings.save(Settings(ask_hotkey="ctrl+alt+m"))
    letter = library.find("Letter")
    new = HotkeyTrigger(id="new", macro="Letter", keys="ctrl+alt+l")
    triggered.change(lambda kept: triggered.replaced(kept, library.snapshot(), letter, HotkeyTrigger, new))
    assert started() == {"h": "invoice", "s": "Office/Letter", "new": "Letter"}
    taken = HotkeyTrigger(id="taken", macro="Letter", keys="ctrl+alt+m")
    with pytest.raises(UsageError, match="for asking"):
        triggered.change(lambda kept: triggered.replaced(kept, library.snapshot(), letter, HotkeyTrigger, taken))
    assert "taken" not in started()


def test_of_a_kind_there_is_one(library: Library) -> None:
    letter = library.find("Letter")
    triggered.change(lambda kept: triggered.replaced(kept, library.snapshot(), letter, ScheduleTrigger, None))
    assert started() == {"h": "invoice"}


def test_triggers_that_can_not_be_read_hinder_no_change_of_the_library(library: Library) -> None:
    triggers.default_path().write_text("{")
    assert triggered.remove(library, library.find("Invoice")).triggers == ()
    assert triggers.default_path().read_text() == "{"


def test_recording_and_pausing_have_hotkeys_that_start_nothing() -> None:
    for name in ("record_hotkey", "pause_hotkey"):
        wanted = Triggers(triggers=(HotkeyTrigger(id="a", macro="M", keys=getattr(Settings(), name)),))
        with pytest.raises(UsageError, match="used already"):
            triggers.save(wanted, Settings())
